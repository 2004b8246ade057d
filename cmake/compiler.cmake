# One set of flags for every target: mixed instruction sets would give Eigen's types different layouts.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, Debug or RelWithDebInfo" FORCE)
endif()

if((CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 11) OR
   (CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14))
  message(FATAL_ERROR "doggo is written in C++20 and needs g++ 11 or clang++ 14 or newer; "
                      "${CMAKE_CXX_COMPILER} is ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}. Another one can be named in CXX.")
endif()

# A contracted a*b+c rounds differently from compiler to compiler; Eigen's kernels ask for fused products by name where they want them.
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -ffp-contract=off)
add_compile_definitions(EIGEN_DONT_PARALLELIZE)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 sees one or the other in every "text" + std::string: gcc.gnu.org/PR105651; and an uninitialized number in its
  # own AVX-512 intrinsics: gcc.gnu.org/PR105593
  add_compile_options(-Wno-restrict -Wno-stringop-overflow -Wno-uninitialized -Wno-maybe-uninitialized)
endif()
if(DOGGO_NATIVE)
  add_compile_options(-march=native)
endif()
if(DOGGO_WARNINGS_AS_ERRORS)
  add_compile_options(-Werror)
endif()
