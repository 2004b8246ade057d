# doggo_find(<Debian package> <arguments of find_package>): a library that must be there, with a message that says how to get it.
macro(doggo_find package name)
  find_package(${name} ${ARGN} QUIET)
  if(NOT ${name}_FOUND)
    message(FATAL_ERROR "${name} ${ARGN} was not found. On Debian and Ubuntu: sudo apt-get install ${package}. "
                        "./doggo installs all that is missing by itself; elsewhere, name its place in CMAKE_PREFIX_PATH.")
  endif()
endmacro()

doggo_find(libeigen3-dev Eigen3 3.4)
doggo_find(libfmt-dev fmt)
doggo_find(nlohmann-json3-dev nlohmann_json 3.10)
doggo_find(libyaml-cpp-dev yaml-cpp)
doggo_find(libcli11-dev CLI11)
doggo_find(libglfw3-dev glfw3 3.3)
find_package(Threads REQUIRED)

if(NOT TARGET yaml-cpp::yaml-cpp)  # its name before 0.8
  add_library(yaml-cpp::yaml-cpp INTERFACE IMPORTED)
  target_link_libraries(yaml-cpp::yaml-cpp INTERFACE yaml-cpp)
endif()

# The headers alone: the library is looked for when pictures are wanted, so that a machine without it can still train.
find_path(EGL_INCLUDE_DIR EGL/egl.h)
if(NOT EGL_INCLUDE_DIR)
  message(FATAL_ERROR "EGL/egl.h was not found. On Debian and Ubuntu: sudo apt-get install libegl-dev. "
                      "./doggo installs all that is missing by itself; elsewhere, name its place in CMAKE_PREFIX_PATH.")
endif()
add_library(EGL::headers INTERFACE IMPORTED)
set_target_properties(EGL::headers PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${EGL_INCLUDE_DIR})
