# hitkey_embed(TARGET FILE...): builds the files into TARGET as `embedded_files` (authz/pages/embedded.h).
function(hitkey_embed target)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${target}_embedded.c)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} "-DFILES=${ARGN}" -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${ARGN} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
