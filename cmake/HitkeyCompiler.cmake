# The language, the warnings and the hardening that every target gets.
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_VISIBILITY_PRESET hidden)

option(HITKEY_WERROR "Treat warnings as errors" OFF)
option(HITKEY_FUZZ "Build the fuzzers with libFuzzer (clang)" OFF)
option(HITKEY_ANALYZE "Build with gcc -fanalyzer" OFF)
set(HITKEY_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize takes them")

if(NOT CMAKE_BUILD_TYPE AND PROJECT_IS_TOP_LEVEL)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(HITKEY_CCACHE ccache)
if(HITKEY_CCACHE AND NOT CMAKE_C_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${HITKEY_CCACHE})
endif()

# assert() is our bug, not somebody's input: it stays on in release, so no NDEBUG.
set(CMAKE_C_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g")
set(CMAKE_C_FLAGS_MINSIZEREL "-Os -g1")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g -fno-omit-frame-pointer")

add_compile_definitions(_GNU_SOURCE HITKEY_VERSION="${PROJECT_VERSION}")
add_compile_options(
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
  -Wformat=2 -Wswitch-enum -Wvla -Wcast-qual -Wwrite-strings -Wnull-dereference -Wundef
  -Wimplicit-fallthrough
  # Places in errors are told from the top of the repository (ccache makes paths relative).
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}/= -fmacro-prefix-map=../../=)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wduplicated-cond -Wduplicated-branches -Wlogical-op)
endif()
if(HITKEY_WERROR)
  add_compile_options(-Werror)
endif()
# Of gcc 12's analyzer, what it gets right in C with structures returned by value: leaks, double
# frees, use after free, files left open. Null and uninitialised values are clang-tidy's.
if(HITKEY_ANALYZE)
  add_compile_options(-fanalyzer -Wno-analyzer-null-dereference -Wno-analyzer-null-argument
                      -Wno-analyzer-use-of-uninitialized-value)
endif()

if(HITKEY_SANITIZE)
  add_compile_options(-fsanitize=${HITKEY_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HITKEY_SANITIZE})
else()
  add_compile_options(-fstack-protector-strong)
  if(CMAKE_BUILD_TYPE MATCHES "Rel")
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
  endif()
  add_link_options(-Wl,-z,relro,-z,now)
endif()
if(HITKEY_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
add_link_options(-Wl,--as-needed)
