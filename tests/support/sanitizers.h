// Was this built with a sanitizer, under which everything is slow?
#pragma once

namespace doggo::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace doggo::test
