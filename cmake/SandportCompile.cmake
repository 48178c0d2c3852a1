# What every target of ours is compiled with. Link `sandport_compile` to get it.
add_library(sandport_compile INTERFACE)
target_compile_features(sandport_compile INTERFACE cxx_std_20)
target_compile_options(sandport_compile INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror
  # g++ 12 reports false positives from inlined library code at -O2.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overread>
  # It takes Asio's coroutine frames for mismatched allocations.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-mismatched-new-delete>)

# A batch of files in one compilation: four times faster from scratch. What is private to a file then
# looks as if it came from a header.
if(CMAKE_UNITY_BUILD)
  target_compile_options(sandport_compile INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()

# Libraries that are headers leave much behind that nobody calls.
add_compile_options($<$<CONFIG:Release>:-ffunction-sections> $<$<CONFIG:Release>:-fdata-sections>)
add_link_options($<$<CONFIG:Release>:-Wl,--gc-sections>)

if(SANDPORT_SANITIZE)
  add_compile_options(-fsanitize=${SANDPORT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  # g++ 12 takes Asio's coroutine frames for mismatched allocations, and warns of every fence.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete> $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
  add_link_options(-fsanitize=${SANDPORT_SANITIZE})
endif()

find_program(SANDPORT_CCACHE ccache)
if(SANDPORT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${SANDPORT_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${SANDPORT_CCACHE})
endif()

find_program(SANDPORT_MOLD mold)
if(SANDPORT_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
