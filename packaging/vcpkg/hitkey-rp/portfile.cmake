# An overlay port: vcpkg install hitkey-rp --overlay-ports=packaging/vcpkg. It takes the sources around it.
get_filename_component(SOURCE_PATH "${CURRENT_PORT_DIR}/../../.." ABSOLUTE)

string(COMPARE EQUAL "${VCPKG_LIBRARY_LINKAGE}" dynamic HITKEY_SHARED)
string(COMPARE EQUAL "${VCPKG_LIBRARY_LINKAGE}" static HITKEY_STATIC)
vcpkg_check_features(OUT_FEATURE_OPTIONS HITKEY_FEATURES FEATURES loopback HITKEY_RP_LOOPBACK)
vcpkg_find_acquire_program(PKGCONFIG)

vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS
    -DHITKEY_RP_ONLY=ON
    -DHITKEY_RP_SHARED=${HITKEY_SHARED}
    -DHITKEY_RP_STATIC=${HITKEY_STATIC}
    "-DPKG_CONFIG_EXECUTABLE=${PKGCONFIG}"
    ${HITKEY_FEATURES})
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(PACKAGE_NAME HitKeyRp CONFIG_PATH lib/cmake/HitKeyRp)
vcpkg_fixup_pkgconfig()

file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include" "${CURRENT_PACKAGES_DIR}/debug/share"
     "${CURRENT_PACKAGES_DIR}/share/doc" "${CURRENT_PACKAGES_DIR}/share/man")
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
