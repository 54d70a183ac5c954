# How a library that other programs link is made: shared and as an archive, both of one object, which
# is all of an inner library and what that needs of others. What is not declared with HK_API is hidden
# in the shared library and local in the archive, so that it clashes with nothing.
include(CMakePackageConfigHelpers)

option(HITKEY_RP_SHARED "Build the shared libraries" ON)
option(HITKEY_RP_STATIC "Build the archives" ON)
file(STRINGS ${PROJECT_SOURCE_DIR}/rp/include/hitkey_rp.h line REGEX "define HITKEY_RP_VERSION ")
string(REGEX REPLACE ".*\"(.*)\".*" "\\1" HITKEY_RP_VERSION "${line}")
string(REGEX REPLACE "[.].*" "" HITKEY_RP_SOVERSION ${HITKEY_RP_VERSION})
set(HITKEY_RP_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/HitKeyRp)
set(HITKEY_RP_MAP ${PROJECT_SOURCE_DIR}/rp/library/exports.map)

# hitkey_publish(NAME TARGET WHOLE lib PARTS lib... LINK lib... NEEDS target [ON target]
#                COMPONENT name HEADER file): libNAME.so and libNAME.a as HitKey::TARGET and
# HitKey::TARGET_static. LINK is what this build links them with, NEEDS the same for the archive where
# it is installed (HitKeyRpConfig.cmake makes it). ON: the published library that it stands on.
function(hitkey_publish name target)
  cmake_parse_arguments(arg "" "WHOLE;NEEDS;ON;COMPONENT;HEADER" "PARTS;LINK" ${ARGN})
  hitkey_one_object(${name}.o ${arg_WHOLE} ${arg_PARTS})
  if(HITKEY_RP_SHARED)
    add_library(${name} SHARED ${name}.o)
    set_target_properties(${name} PROPERTIES
      VERSION ${HITKEY_RP_VERSION} SOVERSION ${HITKEY_RP_SOVERSION} LINK_DEPENDS ${HITKEY_RP_MAP}
      BUILD_WITH_INSTALL_RPATH ON) # a path of the build would be in its build-id
    target_link_libraries(${name} PRIVATE ${arg_LINK} PUBLIC ${arg_ON})
    target_link_options(${name} PRIVATE -Wl,--version-script=${HITKEY_RP_MAP} -Wl,--gc-sections)
    if(NOT HITKEY_SANITIZE)
      target_link_options(${name} PRIVATE -Wl,-z,defs)
    endif()
    hitkey_install_library(${name} ${name} ${target} ${arg_COMPONENT} ${arg_HEADER})
  endif()
  if(HITKEY_RP_STATIC)
    add_library(${name}_static STATIC ${name}.o)
    foreach(library IN LISTS arg_LINK)
      target_link_libraries(${name}_static INTERFACE $<BUILD_INTERFACE:${library}>)
    endforeach()
    target_link_libraries(${name}_static INTERFACE $<INSTALL_INTERFACE:${arg_NEEDS}>)
    if(arg_ON)
      target_link_libraries(${name}_static INTERFACE ${arg_ON}_static)
    endif()
    hitkey_install_library(${name}_static ${name} ${target}_static ${arg_COMPONENT} ${arg_HEADER})
  endif()
  install(FILES ${arg_HEADER} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
          COMPONENT ${arg_COMPONENT}-development)
  hitkey_install_pc(${name} ${arg_COMPONENT})
endfunction()

# OBJECT is all of WHOLE and what that needs of the further libraries, its hidden symbols made local.
function(hitkey_one_object object whole)
  set(parts)
  foreach(part IN LISTS ARGN)
    list(APPEND parts $<TARGET_FILE:${part}>)
  endforeach()
  add_custom_command(
    OUTPUT ${object}
    COMMAND ${CMAKE_C_COMPILER} -r -nostdlib -fno-lto -o ${object} -Wl,--whole-archive
            $<TARGET_FILE:${whole}> -Wl,--no-whole-archive ${parts}
    COMMAND ${CMAKE_OBJCOPY} --localize-hidden ${object}
    DEPENDS ${whole} ${ARGN}
    VERBATIM)
endfunction()

function(hitkey_install_library library name target component header)
  get_filename_component(include ${header} DIRECTORY)
  target_include_directories(${library} INTERFACE $<BUILD_INTERFACE:${include}>
                             $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  set_target_properties(${library} PROPERTIES
    LINKER_LANGUAGE C OUTPUT_NAME ${name} EXPORT_NAME ${target})
  add_library(HitKey::${target} ALIAS ${library})
  install(TARGETS ${library} EXPORT HitKey-${target}
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ${component}-development
          LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ${component}-runtime
          NAMELINK_COMPONENT ${component}-development)
  install(EXPORT HitKey-${target} NAMESPACE HitKey:: FILE HitKey-${target}.cmake
          DESTINATION ${HITKEY_RP_CMAKE_DIR} COMPONENT ${component}-development)
endfunction()

# The .pc file finds its prefix from where it is: a tree may be moved.
function(hitkey_install_pc name component)
  string(REPLACE _ - file ${name}.pc)
  set(folder ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR} OR IS_ABSOLUTE ${CMAKE_INSTALL_INCLUDEDIR})
    set(PC_PREFIX ${CMAKE_INSTALL_PREFIX})
    set(PC_LIBDIR ${CMAKE_INSTALL_FULL_LIBDIR})
    set(PC_INCLUDEDIR ${CMAKE_INSTALL_FULL_INCLUDEDIR})
  else()
    file(RELATIVE_PATH up /${folder} /)
    string(REGEX REPLACE "/$" "" up ${up})
    set(PC_PREFIX "\${pcfiledir}/${up}")
    set(PC_LIBDIR "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
    set(PC_INCLUDEDIR "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
  endif()
  configure_file(${PROJECT_SOURCE_DIR}/rp/library/${file}.in ${file} @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${file} DESTINATION ${folder}
          COMPONENT ${component}-development)
endfunction()
