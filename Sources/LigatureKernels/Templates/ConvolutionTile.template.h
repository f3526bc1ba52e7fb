// The innermost loops of convolutions: tiles summed in registers, as the product's.

/// c (+)= a tile of `rows` pixels by `vectors` vectors of channels. The sum runs over `segments`
/// pieces of the source, each of `length` adjacent scalars at its offset, and over the packed filters
/// along with them. One chain from zero; `add` adds the finished chain to c, and a bias comes last.
LK_INLINE void FN(convolve)(int rows, int vectors, size_t segments, const ptrdiff_t *offsets,
                            size_t length, const T *source, ptrdiff_t row, const T *filters, T *c,
                            ptrdiff_t c_row, const T *bias, int add) {
  V sum[TILE_ROWS][2];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; ++i) sum[i][0] = sum[i][1] = FN(splat)(0);

  ptrdiff_t offset[4] = {0, row, 2 * row, 3 * row};
#pragma clang loop unroll(full)
  for (int i = 1; i < 4; ++i) LK_IN_REGISTER(offset[i]);
  for (size_t segment = 0; segment < segments; ++segment) {
    const T *start = source + offsets[segment];
    const T *group[4] = {start, rows > 4 ? start + 4 * row : start,
                         rows > 8 ? start + 8 * row : start, rows > 12 ? start + 12 * row : start};
    for (size_t p = 0; p < length; ++p) {
#pragma clang loop unroll(full)
      for (int g = 0; 4 * g < rows; ++g) LK_IN_REGISTER(group[g]);
      V b0 = FN(load)(filters), b1 = vectors > 1 ? FN(load)(filters + LANES) : b0;
#pragma clang loop unroll(full)
      for (int i = 0; i < rows; ++i) {
        V ai = FN(splat)(group[i / 4][offset[i % 4]]);
        sum[i][0] = FN(fma)(ai, b0, sum[i][0]);
        if (vectors > 1) sum[i][1] = FN(fma)(ai, b1, sum[i][1]);
      }
      filters += vectors * LANES;
#pragma clang loop unroll(full)
      for (int g = 0; 4 * g < rows; ++g) ++group[g];
    }
  }

  if (add) {
    const T *from = c;
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; ++i, from += c_row) {
      sum[i][0] = FN(load)(from) + sum[i][0];
      if (vectors > 1) sum[i][1] = FN(load)(from + LANES) + sum[i][1];
    }
  }
  if (bias) {
    const V b0 = FN(load)(bias), b1 = vectors > 1 ? FN(load)(bias + LANES) : b0;
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; ++i) {
      sum[i][0] += b0;
      if (vectors > 1) sum[i][1] += b1;
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; ++i, c += c_row) {
    FN(store)(c, sum[i][0]);
    if (vectors > 1) FN(store)(c + LANES, sum[i][1]);
  }
}

/// Pixels that a sum runs over: `lines` of `width`, at strides in the source and in the gradient.
typedef struct FN(pixels) {
  size_t lines, width;
  const T *source;
  ptrdiff_t source_line, source_step;
  const T *gradient;
  ptrdiff_t gradient_line, gradient_step;
} FN(pixels);

/// c = c + a tile of a filters' gradient: `parts` times `rows` elements, `part` apart in the source and
/// adjacent within a part, by `vectors` vectors of channels. The chain that c holds goes on over the
/// pixels, from zero where it `begins`.
LK_INLINE void FN(correlate)(int parts, int rows, int vectors, const FN(pixels) * over,
                             ptrdiff_t part, T *c, ptrdiff_t c_part, ptrdiff_t c_row, int begins) {
  V sum[TILE_ROWS > 9 ? TILE_ROWS : 9][2];
#pragma clang loop unroll(full)
  for (int i = 0; i < parts * rows; ++i) {
    const T *from = c + i / rows * c_part + i % rows * c_row;
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; ++j) {
      sum[i][j] = begins ? FN(splat)(0) : FN(load)(from + j * LANES);
    }
  }
  const T *source_line = over->source, *gradient_line = over->gradient;
  const ptrdiff_t step = over->source_step, gradient_step = over->gradient_step;
  for (size_t line = 0; line < over->lines; ++line) {
    const T *source = source_line, *gradient = gradient_line;
    for (size_t x = 0; x < over->width; ++x, source += step, gradient += gradient_step) {
      V g0 = FN(load)(gradient), g1 = vectors > 1 ? FN(load)(gradient + LANES) : g0;
#pragma clang loop unroll(full)
      for (int i = 0; i < parts * rows; ++i) {
        V ai = FN(splat)(source[i / rows * part + i % rows]);
        sum[i][0] = FN(fma)(ai, g0, sum[i][0]);
        if (vectors > 1) sum[i][1] = FN(fma)(ai, g1, sum[i][1]);
      }
    }
    source_line += over->source_line;
    gradient_line += over->gradient_line;
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < parts * rows; ++i) {
    T *to = c + i / rows * c_part + i % rows * c_row;
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; ++j) FN(store)(to + j * LANES, sum[i][j]);
  }
}

typedef void FN(convolve_kernel)(size_t segments, const ptrdiff_t *offsets, size_t length,
                                 const T *source, ptrdiff_t row, const T *filters, T *c,
                                 ptrdiff_t c_row, const T *bias, int add);
typedef void FN(correlate_kernel)(const FN(pixels) * over, ptrdiff_t part, T *c, ptrdiff_t c_part,
                                  ptrdiff_t c_row, int begins);

#define LK_TILE(rows, vectors)                                                                    \
  static void FN(convolve_##rows##_##vectors)(                                                    \
      size_t segments, const ptrdiff_t *offsets, size_t length, const T *source, ptrdiff_t row,   \
      const T *filters, T *c, ptrdiff_t c_row, const T *bias, int add) {                          \
    FN(convolve)(rows, vectors, segments, offsets, length, source, row, filters, c, c_row, bias,  \
                 add);                                                                            \
  }                                                                                               \
  LK_PARTED(1, rows, vectors)
#define LK_PARTED(parts, rows, vectors)                                                           \
  static void FN(correlate_##parts##_##rows##_##vectors)(const FN(pixels) * over, ptrdiff_t part, \
                                                         T *c, ptrdiff_t c_part, ptrdiff_t c_row, \
                                                         int begins) {                            \
    FN(correlate)(parts, rows, vectors, over, part, c, c_part, c_row, begins);                    \
  }
#define LK_TILES(rows) LK_TILE(rows, 1) LK_TILE(rows, 2)
#define LK_CONVOLVE_NAMES(rows) {FN(convolve_##rows##_1), FN(convolve_##rows##_2)}
#define LK_CORRELATE_NAMES(rows) {FN(correlate_1_##rows##_1), FN(correlate_1_##rows##_2)}

LK_TILES(1) LK_TILES(2) LK_TILES(3) LK_TILES(4) LK_TILES(5) LK_TILES(6)
#if LK_MANY_REGISTERS
LK_TILES(7) LK_TILES(8) LK_TILES(9) LK_TILES(10) LK_TILES(11) LK_TILES(12) LK_TILES(13) LK_TILES(14)
#endif

/// Kernels by rows - 1 and vectors - 1.
static FN(convolve_kernel) *const FN(convolve_kernels)[TILE_ROWS][2] = {
    LK_CONVOLVE_NAMES(1), LK_CONVOLVE_NAMES(2), LK_CONVOLVE_NAMES(3),
    LK_CONVOLVE_NAMES(4), LK_CONVOLVE_NAMES(5), LK_CONVOLVE_NAMES(6),
#if LK_MANY_REGISTERS
    LK_CONVOLVE_NAMES(7), LK_CONVOLVE_NAMES(8), LK_CONVOLVE_NAMES(9), LK_CONVOLVE_NAMES(10),
    LK_CONVOLVE_NAMES(11), LK_CONVOLVE_NAMES(12), LK_CONVOLVE_NAMES(13), LK_CONVOLVE_NAMES(14),
#endif
};
static FN(correlate_kernel) *const FN(correlate_kernels)[TILE_ROWS][2] = {
    LK_CORRELATE_NAMES(1), LK_CORRELATE_NAMES(2), LK_CORRELATE_NAMES(3),
    LK_CORRELATE_NAMES(4), LK_CORRELATE_NAMES(5), LK_CORRELATE_NAMES(6),
#if LK_MANY_REGISTERS
    LK_CORRELATE_NAMES(7), LK_CORRELATE_NAMES(8), LK_CORRELATE_NAMES(9), LK_CORRELATE_NAMES(10),
    LK_CORRELATE_NAMES(11), LK_CORRELATE_NAMES(12), LK_CORRELATE_NAMES(13), LK_CORRELATE_NAMES(14),
#endif
};

// Few elements lie adjacent where there are few channels: parts of them share a tile, which would have
// too few sums to keep the units busy otherwise.
LK_PARTED(2, 1, 1) LK_PARTED(2, 2, 1) LK_PARTED(2, 3, 1)
LK_PARTED(2, 1, 2) LK_PARTED(2, 2, 2) LK_PARTED(2, 3, 2)
LK_PARTED(3, 1, 1) LK_PARTED(3, 2, 1) LK_PARTED(3, 3, 1) LK_PARTED(3, 1, 2) LK_PARTED(3, 2, 2)
#if LK_MANY_REGISTERS
LK_PARTED(3, 3, 2)
#endif

#define LK_PARTED_NAMES(parts, rows) {FN(correlate_##parts##_##rows##_1), FN(correlate_##parts##_##rows##_2)}
/// By parts - 2, rows - 1 and vectors - 1; NULL where registers do not suffice.
static FN(correlate_kernel) *const FN(parted_kernels)[2][3][2] = {
    {LK_PARTED_NAMES(2, 1), LK_PARTED_NAMES(2, 2), LK_PARTED_NAMES(2, 3)},
#if LK_MANY_REGISTERS
    {LK_PARTED_NAMES(3, 1), LK_PARTED_NAMES(3, 2), LK_PARTED_NAMES(3, 3)},
#else
    {LK_PARTED_NAMES(3, 1), LK_PARTED_NAMES(3, 2), {FN(correlate_3_3_1), NULL}},
#endif
};

#undef LK_TILE
#undef LK_PARTED
#undef LK_TILES
#undef LK_CONVOLVE_NAMES
#undef LK_CORRELATE_NAMES
#undef LK_PARTED_NAMES
