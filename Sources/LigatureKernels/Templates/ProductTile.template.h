// The innermost loops: a tile of up to TILE_ROWS rows by two vectors, summed in registers.

/// c (+)= rows x k of `a`, broadcast, times k x (vectors · LANES) of `b`, adjacent. Each element is
/// one chain from zero; `add` adds the finished chain to c.
LK_INLINE void FN(tile)(int rows, int vectors, size_t k, const T *a, ptrdiff_t a_row,
                        ptrdiff_t a_step, const T *b, ptrdiff_t b_step, T *c, ptrdiff_t c_row,
                        int add) {
  V sum[TILE_ROWS][2];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; ++i) sum[i][0] = sum[i][1] = FN(splat)(0);

  // Four rows share a pointer: their offsets are multiples that addressing modes can form, so that
  // few registers and few additions are needed.
  const T *group[4] = {a, rows > 4 ? a + 4 * a_row : a, rows > 8 ? a + 8 * a_row : a,
                       rows > 12 ? a + 12 * a_row : a};
  ptrdiff_t offset[4] = {0, a_row, 2 * a_row, 3 * a_row};
#pragma clang loop unroll(full)
  for (int i = 1; i < 4; ++i) LK_IN_REGISTER(offset[i]);
  for (size_t p = 0; p < k; ++p) {
#pragma clang loop unroll(full)
    for (int g = 0; 4 * g < rows; ++g) LK_IN_REGISTER(group[g]);
    V b0 = FN(load)(b), b1 = vectors > 1 ? FN(load)(b + LANES) : b0;
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; ++i) {
      V ai = FN(splat)(group[i / 4][offset[i % 4]]);
      sum[i][0] = FN(fma)(ai, b0, sum[i][0]);
      if (vectors > 1) sum[i][1] = FN(fma)(ai, b1, sum[i][1]);
    }
    b += b_step;
#pragma clang loop unroll(full)
    for (int g = 0; 4 * g < rows; ++g) group[g] += a_step;
  }

#pragma clang loop unroll(full)
  for (int i = 0; i < rows; ++i, c += c_row) {
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; ++j) {
      V value = sum[i][j];
      if (add) value = FN(load)(c + j * LANES) + value;
      FN(store)(c + j * LANES, value);
    }
  }
}

typedef void FN(tile_kernel)(size_t k, const T *a, ptrdiff_t a_row, ptrdiff_t a_step, const T *b,
                             ptrdiff_t b_step, T *c, ptrdiff_t c_row, int add);

#define LK_TILE(rows, vectors)                                                                   \
  static void FN(tile_##rows##_##vectors)(size_t k, const T *a, ptrdiff_t a_row,                 \
                                          ptrdiff_t a_step, const T *b, ptrdiff_t b_step, T *c,  \
                                          ptrdiff_t c_row, int add) {                            \
    FN(tile)(rows, vectors, k, a, a_row, a_step, b, b_step, c, c_row, add);                      \
  }
#define LK_TILES(rows) LK_TILE(rows, 1) LK_TILE(rows, 2)
#define LK_TILE_NAMES(rows) {FN(tile_##rows##_1), FN(tile_##rows##_2)}

LK_TILES(1) LK_TILES(2) LK_TILES(3) LK_TILES(4) LK_TILES(5) LK_TILES(6)
#if LK_MANY_REGISTERS
LK_TILES(7) LK_TILES(8) LK_TILES(9) LK_TILES(10) LK_TILES(11) LK_TILES(12) LK_TILES(13) LK_TILES(14)
#endif

/// Kernels by rows - 1 and vectors - 1.
static FN(tile_kernel) *const FN(tiles)[TILE_ROWS][2] = {
    LK_TILE_NAMES(1), LK_TILE_NAMES(2), LK_TILE_NAMES(3),
    LK_TILE_NAMES(4), LK_TILE_NAMES(5), LK_TILE_NAMES(6),
#if LK_MANY_REGISTERS
    LK_TILE_NAMES(7), LK_TILE_NAMES(8), LK_TILE_NAMES(9), LK_TILE_NAMES(10),
    LK_TILE_NAMES(11), LK_TILE_NAMES(12), LK_TILE_NAMES(13), LK_TILE_NAMES(14),
#endif
};

#undef LK_TILE
#undef LK_TILES
#undef LK_TILE_NAMES
