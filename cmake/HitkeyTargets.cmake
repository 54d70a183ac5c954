# How this project makes its targets. A folder is one library; its tests and fuzzers stand beside it.

# hitkey_library(NAME [LINK lib...] [EXCLUDE file...])
# One static library of every .c file of the calling folder, less the EXCLUDEd ones (programs),
# and with it the folder's tests/*_test.c and fuzz/*_fuzz.c.
function(hitkey_library name)
  cmake_parse_arguments(arg "" "" "LINK;EXCLUDE;SUBDIRS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.c)
  foreach(subdir IN LISTS arg_SUBDIRS)
    file(GLOB more CONFIGURE_DEPENDS ${subdir}/*.c)
    list(APPEND sources ${more})
  endforeach()
  foreach(program IN LISTS arg_EXCLUDE)
    list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/${program})
  endforeach()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
  target_link_libraries(${name} PUBLIC ${arg_LINK})
  foreach(folder IN ITEMS "" LISTS arg_SUBDIRS)
    hitkey_tests(${name} "${folder}")
    hitkey_fuzzers(${name} "${folder}")
  endforeach()
endfunction()

# hitkey_small(NAME): for what libhitkey-rp is made of. No function has a large frame, for it may run on
# a thread with a small stack (musl gives 128 KB; sanitizers need more); what is not used can be left out.
function(hitkey_small name)
  if(NOT HITKEY_SANITIZE)
    target_compile_options(${name} PRIVATE -Wframe-larger-than=4096 -ffunction-sections -fdata-sections)
  endif()
endfunction()

# hitkey_program(NAME SOURCE... [LINK lib...] [NO_INSTALL]): a program, installed into bin unless it is
# for tests.
function(hitkey_program name)
  cmake_parse_arguments(arg "NO_INSTALL" "" "LINK" ${ARGN})
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
  target_link_libraries(${name} PRIVATE ${arg_LINK})
  target_link_options(${name} PRIVATE -pie)
  if(NOT arg_NO_INSTALL)
    install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT server)
  endif()
endfunction()

# Every tests/*_test.c is one cmocka program and one ctest. Tests of threaded code carry the
# comment "ctest: threads" in their first lines and the label `threads`, which the tsan run picks.
function(hitkey_tests library folder)
  if(NOT BUILD_TESTING)
    return()
  endif()
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/tests/*_test.c)
  file(GLOB helpers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/tests/*_helper.c)
  if(tests AND NOT TARGET ${library}_tests)
    add_custom_target(${library}_tests) # builds them all
  endif()
  foreach(source IN LISTS tests)
    get_filename_component(stem ${source} NAME_WE)
    set(target ${library}_${stem})
    add_executable(${target} ${source} ${helpers})
    target_link_libraries(${target} PRIVATE ${library} PkgConfig::CMOCKA)
    # A test hands literals of every kind to functions; cmocka's macros convert integers.
    target_compile_options(${target} PRIVATE -Wno-conversion -Wno-sign-conversion)
    add_dependencies(${library}_tests ${target})
    add_test(NAME ${library}/${stem} COMMAND ${target} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${library}/${stem} PROPERTIES TIMEOUT 240)
    file(STRINGS ${source} threaded REGEX "ctest: threads" LIMIT_COUNT 1)
    if(threaded)
      set_tests_properties(${library}/${stem} PROPERTIES LABELS threads)
    endif()
  endforeach()
endfunction()

# Every fuzz/x_fuzz.c defines LLVMFuzzerTestOneInput; its seeds are fuzz/x/. With HITKEY_FUZZ it is
# a libFuzzer program; otherwise it is linked with a small driver that replays the seeds in ctest.
function(hitkey_fuzzers library folder)
  if(NOT BUILD_TESTING)
    return()
  endif()
  file(GLOB fuzzers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/fuzz/*_fuzz.c)
  foreach(source IN LISTS fuzzers)
    get_filename_component(stem ${source} NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" seeds ${stem})
    get_filename_component(corpus ${source} DIRECTORY)
    set(target ${library}_${stem})
    if(HITKEY_FUZZ)
      add_executable(${target} ${source})
      target_link_options(${target} PRIVATE -fsanitize=fuzzer)
      add_test(NAME replay/${library}/${stem}
               COMMAND ${target} -runs=0 ${corpus}/${seeds})
    else()
      add_executable(${target} ${source} ${PROJECT_SOURCE_DIR}/common/base/fuzz/replay.c)
      add_test(NAME replay/${library}/${stem} COMMAND ${target} ${corpus}/${seeds})
    endif()
    target_link_libraries(${target} PRIVATE ${library})
  endforeach()
endfunction()
