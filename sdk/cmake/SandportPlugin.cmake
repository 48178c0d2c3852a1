# sandport_add_plugin(NAME SOURCES file... [LINK target...])
#
# Makes NAME.sandport.so, which exports nothing but sandport_v1. Lands in
# SANDPORT_PLUGIN_OUTPUT_DIRECTORY when that is set.
set(SANDPORT_PLUGIN_VERSION_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/sandport-plugin.map
    CACHE INTERNAL "Linker version script of every plugin")

function(sandport_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;LINK")
  if(NOT ARG_SOURCES)
    message(FATAL_ERROR "sandport_add_plugin(${name}): give it SOURCES")
  endif()
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "sandport_add_plugin(${name}): unknown ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  add_library(${name} MODULE ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE sandport::sdk ${ARG_LINK})
  set_target_properties(${name} PROPERTIES
    PREFIX "" SUFFIX .sandport.so
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    CXX_EXTENSIONS OFF
    LINK_DEPENDS ${SANDPORT_PLUGIN_VERSION_SCRIPT})
  if(DEFINED SANDPORT_PLUGIN_OUTPUT_DIRECTORY)
    set_target_properties(${name} PROPERTIES
      LIBRARY_OUTPUT_DIRECTORY ${SANDPORT_PLUGIN_OUTPUT_DIRECTORY})
  endif()
  # The version script keeps static libraries that the plugin brings from meeting the host's or
  # another plugin's; nodelete because nobody unloads code safely.
  target_link_options(${name} PRIVATE
    -Wl,--version-script=${SANDPORT_PLUGIN_VERSION_SCRIPT} -Wl,--exclude-libs,ALL -Wl,-z,nodelete)
  # A sanitizer's runtime is in the host program alone.
  get_directory_property(directory_options LINK_OPTIONS)
  if(NOT "${directory_options} ${CMAKE_CXX_FLAGS} ${CMAKE_MODULE_LINKER_FLAGS}" MATCHES "-fsanitize=")
    target_link_options(${name} PRIVATE -Wl,-z,defs)
  endif()
endfunction()
