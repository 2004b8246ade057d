# mujoco::mujoco: the one in MUJOCO_DIR, else the pinned one that ./doggo puts into .deps/mujoco, else an installed one.
# At least 3.17, for mjBatch; below 4, whose sparse factorisation is faulty.
set(MUJOCO_DIR "$ENV{MUJOCO_DIR}" CACHE PATH "A folder with include/mujoco/mujoco.h and libmujoco.so (in it or in lib/)")

set(mujoco_folder ${MUJOCO_DIR})
if(NOT mujoco_folder AND EXISTS ${CMAKE_SOURCE_DIR}/.deps/mujoco)
  set(mujoco_folder ${CMAKE_SOURCE_DIR}/.deps/mujoco)
endif()

if(mujoco_folder)
  set(header ${mujoco_folder}/include/mujoco/mujoco.h)
  file(GLOB libraries ${mujoco_folder}/libmujoco.so* ${mujoco_folder}/lib/libmujoco.so*)
  if(NOT EXISTS ${header} OR NOT libraries)
    message(FATAL_ERROR "There is no MuJoCo in ${mujoco_folder}: it should hold include/mujoco/mujoco.h and libmujoco.so (in it or in lib/).")
  endif()
  file(STRINGS ${header} version REGEX "#define +mjVERSION_HEADER")
  string(REGEX MATCH "[0-9]+" version "${version}")  # 3017000 is 3.17.0
  if(version LESS 3017000 OR NOT version LESS 4000000)
    message(FATAL_ERROR "The MuJoCo in ${mujoco_folder} has mjVERSION_HEADER ${version}; doggo needs 3.17.0 (3017000) or newer, but not 4.")
  endif()
  list(GET libraries 0 library)
  add_library(mujoco::mujoco SHARED IMPORTED)
  set_target_properties(mujoco::mujoco PROPERTIES
    IMPORTED_LOCATION ${library}
    INTERFACE_INCLUDE_DIRECTORIES ${mujoco_folder}/include)
else()
  find_package(mujoco 3.17...<4 QUIET)
  if(NOT mujoco_FOUND)
    message(FATAL_ERROR "MuJoCo (at least 3.17, below 4) was not found. ./doggo or cmake/get_mujoco.py gets the right one into .deps/mujoco; "
                        "an installed one can be named in MUJOCO_DIR or CMAKE_PREFIX_PATH.")
  endif()
endif()

# For the launcher, which builds anew when the library is gone or another one.
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/mujoco_library CONTENT "$<TARGET_FILE:mujoco::mujoco>\n")
