# sandport_test(NAME SOURCES file... [LIBS target...] [LABELS label...])
# One GoogleTest executable; every TEST in it becomes one ctest entry.
function(sandport_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE sandport_compile ${ARG_LIBS} GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  # Optimising a test costs more than running it.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O0>)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
                       PROPERTIES TIMEOUT 120 LABELS "${ARG_LABELS}")
endfunction()
