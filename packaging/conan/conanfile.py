"""Conan 2: conan create packaging/conan (from a clone: the recipe takes the sources around it)."""

import os
import re

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load, rm, rmdir
from conan.tools.gnu import PkgConfigDeps

required_conan_version = ">=2.0"


class HitKeyRp(ConanFile):
    name = "hitkey-rp"
    description = "OpenID Connect relying-party library for C"
    license = "Apache-2.0"
    url = homepage = "https://hitkey.io"
    topics = ("openid-connect", "oauth2", "authentication")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False], "loopback": [True, False]}
    default_options = {"shared": False, "loopback": False}
    languages = "C"

    @property
    def root(self):
        return os.path.join(self.recipe_folder, os.pardir, os.pardir)

    def set_version(self):
        header = load(self, os.path.join(self.root, "rp", "include", "hitkey_rp.h"))
        self.version = re.search(r'HITKEY_RP_VERSION +"(.*)"', header).group(1)

    def export_sources(self):
        for pattern in ("CMakeLists.txt", "LICENSE", "cmake/*", "common/*", "keys/*", "rp/*", "docs/rp/*"):
            copy(self, pattern, self.root, self.export_sources_folder)

    def validate(self):
        if self.settings.os != "Linux":
            raise ConanInvalidConfiguration("libhitkey-rp is built for Linux")

    def requirements(self):
        self.requires("openssl/[>=3.0 <4]")
        self.requires("libcurl/[>=7.81 <9]")
        self.requires("jansson/[>=2.13 <3]")
        if self.options.loopback:
            self.requires("libmicrohttpd/[>=0.9.75 <2]")

    def build_requirements(self):
        self.tool_requires("cmake/[>=3.25]")
        if not self.conf.get("tools.gnu:pkg_config", check_type=str):
            self.tool_requires("pkgconf/[>=2.0 <3]")

    def layout(self):
        cmake_layout(self)

    def generate(self):
        PkgConfigDeps(self).generate()
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["HITKEY_RP_ONLY"] = True
        toolchain.cache_variables["HITKEY_RP_SHARED"] = bool(self.options.shared)
        toolchain.cache_variables["HITKEY_RP_STATIC"] = not self.options.shared
        toolchain.cache_variables["HITKEY_RP_LOOPBACK"] = bool(self.options.loopback)
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        CMake(self).install()
        # Conan makes these of package_info.
        rmdir(self, os.path.join(self.package_folder, "lib", "cmake"))
        rmdir(self, os.path.join(self.package_folder, "lib", "pkgconfig"))
        rm(self, "LICENSE", os.path.join(self.package_folder, "share", "doc", "hitkey-rp"))

    def package_info(self):
        suffix = "" if self.options.shared else "_static"
        self.cpp_info.set_property("cmake_file_name", "HitKeyRp")
        rp = self.cpp_info.components["rp"]
        rp.set_property("cmake_target_name", f"HitKey::rp{suffix}")
        rp.set_property("pkg_config_name", "hitkey-rp")
        rp.libs = ["hitkey_rp"]
        rp.requires = ["openssl::crypto", "libcurl::libcurl", "jansson::jansson"]
        rp.system_libs = ["m", "pthread"]
        if self.options.loopback:
            loopback = self.cpp_info.components["rp_loopback"]
            loopback.set_property("cmake_target_name", f"HitKey::rp_loopback{suffix}")
            loopback.set_property("pkg_config_name", "hitkey-rp-loopback")
            loopback.libs = ["hitkey_rp_loopback"]
            loopback.requires = ["rp", "libmicrohttpd::libmicrohttpd"]
