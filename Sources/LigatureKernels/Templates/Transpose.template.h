// Shuffles: interleaving, taking apart, transposing LANES x LANES scalars in registers.

#if LK_VECTOR_BYTES == 16 && LK_DOUBLE
#define LK_LOW 0, 2
#define LK_HIGH 1, 3
#define LK_EVEN 0, 2
#define LK_ODD 1, 3
#elif LK_VECTOR_BYTES / (4 << LK_DOUBLE) == 4
#define LK_LOW 0, 4, 1, 5
#define LK_HIGH 2, 6, 3, 7
#define LK_EVEN 0, 2, 4, 6
#define LK_ODD 1, 3, 5, 7
#elif LK_VECTOR_BYTES / (4 << LK_DOUBLE) == 8
#define LK_LOW 0, 8, 1, 9, 2, 10, 3, 11
#define LK_HIGH 4, 12, 5, 13, 6, 14, 7, 15
#define LK_EVEN 0, 2, 4, 6, 8, 10, 12, 14
#define LK_ODD 1, 3, 5, 7, 9, 11, 13, 15
#else
#define LK_LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define LK_HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#define LK_EVEN 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define LK_ODD 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#endif

LK_INLINE V FN(interleave_low)(V a, V b) { return __builtin_shufflevector(a, b, LK_LOW); }
LK_INLINE V FN(interleave_high)(V a, V b) { return __builtin_shufflevector(a, b, LK_HIGH); }
LK_INLINE V FN(even_lanes)(V a, V b) { return __builtin_shufflevector(a, b, LK_EVEN); }
LK_INLINE V FN(odd_lanes)(V a, V b) { return __builtin_shufflevector(a, b, LK_ODD); }

/// One perfect shuffle of all rows rotates the bits of (row, column) by one place; log2(LANES) of
/// them exchange row and column.
LK_INLINE void FN(transpose)(V rows[LANES]) {
#pragma clang loop unroll(full)
  for (int span = 1; span < LANES; span *= 2) {
    V next[LANES];
#pragma clang loop unroll(full)
    for (int i = 0; i < LANES / 2; ++i) {
      next[2 * i] = FN(interleave_low)(rows[i], rows[i + LANES / 2]);
      next[2 * i + 1] = FN(interleave_high)(rows[i], rows[i + LANES / 2]);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < LANES; ++i) rows[i] = next[i];
  }
}

#undef LK_LOW
#undef LK_HIGH
#undef LK_EVEN
#undef LK_ODD
