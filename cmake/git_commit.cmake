# The commit that the program is built from, as DOGGO_GIT_COMMIT: "1a2b3c4", "1a2b3c4-dirty" where what is compiled differs from it, or "unknown".
#
# Each build asks git again, but git_commit.h is written only when the answer is another one, and only the files that name
# DOGGO_GIT_COMMIT are compiled with it: a commit recompiles one file, not the program.

if(CMAKE_SCRIPT_MODE_FILE)  # at each build: cmake -D HEADER=... -P git_commit.cmake, in the source folder
  cmake_policy(VERSION 3.22)
  set(sources sim agent app cmake CMakeLists.txt)
  set(commit "unknown")
  execute_process(COMMAND git rev-parse --short HEAD OUTPUT_VARIABLE head ERROR_QUIET RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(failed STREQUAL "0")
    execute_process(COMMAND git --no-optional-locks status --porcelain -- ${sources} OUTPUT_VARIABLE changes ERROR_QUIET)
    set(commit ${head})
    if(NOT changes STREQUAL "")
      string(APPEND commit "-dirty")
    endif()
  endif()
  file(CONFIGURE OUTPUT ${HEADER} CONTENT "#define DOGGO_GIT_COMMIT \"@commit@\"\n" @ONLY)
  return()
endif()

set(DOGGO_GIT_COMMIT_HEADER ${CMAKE_BINARY_DIR}/git_commit.h)
add_custom_target(doggo_git_commit
  COMMAND ${CMAKE_COMMAND} -D HEADER=${DOGGO_GIT_COMMIT_HEADER} -P ${CMAKE_CURRENT_LIST_FILE}
  WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
  BYPRODUCTS ${DOGGO_GIT_COMMIT_HEADER}
  COMMENT "Asking git for the commit")

# doggo_define_git_commit(<target>): defines DOGGO_GIT_COMMIT for those of its files that name it.
function(doggo_define_git_commit target)
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    get_filename_component(source ${source} ABSOLUTE)
    file(STRINGS ${source} uses REGEX "DOGGO_GIT_COMMIT" LIMIT_COUNT 1)
    if(uses)
      set_source_files_properties(${source} PROPERTIES
        COMPILE_OPTIONS "-include;${DOGGO_GIT_COMMIT_HEADER}" OBJECT_DEPENDS ${DOGGO_GIT_COMMIT_HEADER})
      add_dependencies(${target} doggo_git_commit)
    endif()
  endforeach()
endfunction()
