# hitkey_embed(TARGET NAME FILE...): builds the files into TARGET as the table `NAME_files` with
# `NAME_file_count` rows (common/text/embedded.h).
function(hitkey_embed target name)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${name}_files.c)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DNAME=${name} "-DFILES=${ARGN}"
            -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${ARGN} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
