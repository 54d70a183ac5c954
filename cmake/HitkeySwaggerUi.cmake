# Swagger UI, which hitkey-authz serves at /docs: npm's swagger-ui-dist, of the version and with the hashes
# of authz/openapi/swagger_ui/package-lock.json, fetched once into the build folder.
set(HITKEY_SWAGGER_UI AUTO CACHE STRING
    "Swagger UI at /docs: ON (npm must have it), OFF (a plain list of the calls), AUTO (if npm has it)")
set_property(CACHE HITKEY_SWAGGER_UI PROPERTY STRINGS AUTO ON OFF)

# Sets `failure` in the caller's scope: empty if FOLDER holds the package.
function(hitkey_swagger_ui_fetch folder)
  set(failure "" PARENT_SCOPE)
  find_program(HITKEY_NPM npm)
  if(NOT HITKEY_NPM)
    set(failure "npm is not installed" PARENT_SCOPE)
    return()
  endif()
  foreach(file package.json package-lock.json)
    configure_file(${PROJECT_SOURCE_DIR}/authz/openapi/swagger_ui/${file} ${folder}/${file} COPYONLY)
  endforeach()
  file(SHA256 ${folder}/package-lock.json wanted)
  set(stamp ${folder}/node_modules/.${wanted})
  if(EXISTS ${stamp})
    return()
  endif()
  message(STATUS "Swagger UI: npm fetches it")
  execute_process(
    COMMAND ${HITKEY_NPM} ci --ignore-scripts --no-audit --no-fund --omit-lockfile-registry-resolved
            --prefer-offline --fetch-retries=1
    WORKING_DIRECTORY ${folder} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output
    TIMEOUT 120)
  if(NOT result EQUAL 0)
    string(REGEX MATCH "[^\n]+" first "${output}")
    set(failure "npm cannot fetch it (${first})" PARENT_SCOPE)
    return()
  endif()
  file(TOUCH ${stamp})
endfunction()

# hitkey_swagger_ui(OUT): the files to build in, compressed; none where it is not to be had.
function(hitkey_swagger_ui out)
  set(${out} "" PARENT_SCOPE)
  if(HITKEY_SWAGGER_UI STREQUAL "OFF")
    message(STATUS "Swagger UI: off; /docs lists the calls")
    return()
  endif()
  set(folder ${PROJECT_BINARY_DIR}/swagger_ui)
  hitkey_swagger_ui_fetch(${folder})
  find_program(HITKEY_GZIP gzip)
  if(NOT failure AND NOT HITKEY_GZIP)
    set(failure "gzip is not installed")
  endif()
  if(failure AND NOT HITKEY_SWAGGER_UI STREQUAL "AUTO")
    message(FATAL_ERROR "Swagger UI: ${failure}. -DHITKEY_SWAGGER_UI=OFF builds without it.")
  endif()
  if(failure)
    message(STATUS "Swagger UI: ${failure}; /docs lists the calls instead")
    return()
  endif()
  set(packed "")
  foreach(name swagger-ui-bundle.js swagger-ui.css)
    set(file ${folder}/node_modules/swagger-ui-dist/${name})
    add_custom_command(OUTPUT ${folder}/${name}.gz
                       COMMAND ${HITKEY_GZIP} -9nc ${file} > ${folder}/${name}.gz
                       DEPENDS ${folder}/package-lock.json VERBATIM)
    list(APPEND packed ${folder}/${name}.gz)
  endforeach()
  set(${out} ${packed} PARENT_SCOPE)
endfunction()
