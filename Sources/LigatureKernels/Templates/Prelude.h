// Everything the templates need from outside, included before a level switches its target on.

#ifndef LIGATURE_PRELUDE_H
#define LIGATURE_PRELUDE_H

#include "../Kernels.h"
#include "Coefficients.h"
#include "ConvolutionAxes.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// A multiply-add is fused where `fma` says so and nowhere else: left alone, compilers fuse what they find
// in an expression, on some processors and not on others.
#pragma clang fp contract(off)

#define LK_INLINE static inline __attribute__((always_inline, unused))
#define LK_JOIN2(a, b) a##_##b
#define LK_JOIN(a, b) LK_JOIN2(a, b)
#define LK_JOIN3(a, b, c) LK_JOIN(LK_JOIN(a, b), c)

/// Hides where a value came from, so that it stays in its register. Of pointers a fixed distance apart
/// compilers otherwise make chains of additions, which take multiply-add units' time.
#define LK_IN_REGISTER(value) __asm__("" : "+r"(value))

/// Runs the statements for every whole vector of `n` elements and once for what is left. Inside,
/// `i` is the index of the first element and `left` how many of a vector's lanes exist.
#define LK_EACH_VECTOR(n, ...)                \
  do {                                        \
    size_t i = 0;                             \
    for (; i + LANES <= (n); i += LANES) {    \
      const size_t left = LANES;              \
      __VA_ARGS__                             \
    }                                         \
    if (i < (n)) {                            \
      const size_t left = (n) - i;            \
      __VA_ARGS__                             \
    }                                         \
  } while (0)

#endif
