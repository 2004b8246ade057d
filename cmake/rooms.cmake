# Nearly every file reads Eigen, and most spend more time on it than on themselves: read once for all, a cold build takes a third less.
add_library(doggo_precompiled OBJECT ${CMAKE_CURRENT_LIST_DIR}/precompiled.cc)
target_link_libraries(doggo_precompiled PRIVATE Eigen3::Eigen)
target_precompile_headers(doggo_precompiled PRIVATE <Eigen/Core>)

# doggo_room(<folder> [USES <folders>] [LIBRARIES <targets>] [TWIN_IN_DOUBLE])
# One library per folder, named doggo_<folder with _>, of all its *.cc, linked to the rooms that it may use and nothing else.
# TWIN_IN_DOUBLE adds a second library, <name>_double, from the same sources with doggo::agent::Real = double; only tests use it.
function(doggo_room folder)
  cmake_parse_arguments(ROOM "TWIN_IN_DOUBLE" "" "USES;LIBRARIES" ${ARGN})
  string(REPLACE "/" "_" name "doggo_${folder}")
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cc)
  list(REMOVE_ITEM sources ${CMAKE_SOURCE_DIR}/app/main.cc ${CMAKE_SOURCE_DIR}/app/processor_check.cc) # the program's own

  _doggo_library(${name} "" ${sources})
  if(ROOM_TWIN_IN_DOUBLE)
    _doggo_library(${name}_double "_double" ${sources})
    target_compile_definitions(${name}_double ${scope} DOGGO_REAL_IS_DOUBLE=1)
    set_target_properties(${name}_double PROPERTIES EXCLUDE_FROM_ALL ON)
  endif()
endfunction()

# Sets `scope` for its caller: a room of headers alone has nothing to compile.
macro(_doggo_library library suffix)
  if("${ARGN}" STREQUAL "")
    add_library(${library} INTERFACE)
    set(scope INTERFACE)
  else()
    add_library(${library} STATIC ${ARGN})
    set(scope PUBLIC)
    target_precompile_headers(${library} REUSE_FROM doggo_precompiled)
  endif()
  target_include_directories(${library} ${scope} ${CMAKE_SOURCE_DIR})
  target_link_libraries(${library} ${scope} Eigen3::Eigen ${ROOM_LIBRARIES})
  foreach(used IN LISTS ROOM_USES)
    string(REPLACE "/" "_" used_name "doggo_${used}")
    if(TARGET ${used_name}${suffix})
      string(APPEND used_name "${suffix}")
    endif()
    target_link_libraries(${library} ${scope} ${used_name})
  endforeach()
endmacro()
