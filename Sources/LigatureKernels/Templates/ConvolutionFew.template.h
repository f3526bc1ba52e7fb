// Convolutions to up to three channels, which would leave most lanes of a tile empty: vectors run along
// the channels of the source instead, as in a product of two rows.
//
// Lane l of a chunk sums the channels l, l + chunk, ... of all taps, in one chain; the lanes are added
// in halves at the end. A chunk has as many lanes at every level, so all levels give the same bits.

enum {
  /// Scalars of a chunk.
  FN(chunk) = 64 / sizeof(T),
  FN(chunk_vectors) = FN(chunk) / LANES,
};

/// Pixels of a tile of `columns` channels: what registers hold.
#define LK_FEW_ROWS(columns) \
  (FN(chunk_vectors) == 1 ? 8 : (columns) == 1 ? 4 : (columns) == 2 ? 3 : 2)

/// Scalars that the packed filters of one tap and group take.
static size_t FN(packed_tap)(const LKConvolution *c, LKConvolutionWay way) {
  const size_t depth = lk_source_depth(c, way), columns = lk_target_depth(c, way);
  if (lk_is_channelwise(c, way)) return columns * c->groups;
  if (lk_is_few(c, way)) return (depth + FN(chunk) - 1) / FN(chunk) * FN(chunk) * columns;
  return depth * ((columns + LANES - 1) / LANES * LANES);
}

/// Filters of one tap: for each chunk those of each column, with zeros after the last channel.
static T *FN(pack_few)(size_t depth, size_t columns, const T *from, ptrdiff_t step,
                       ptrdiff_t column_step, T *to) {
  for (size_t start = 0; start < depth; start += FN(chunk)) {
    for (size_t column = 0; column < columns; ++column) {
      for (size_t i = start; i < start + FN(chunk); ++i) {
        *to++ = i < depth ? from[(ptrdiff_t)i * step + (ptrdiff_t)column * column_step] : 0;
      }
    }
  }
  return to;
}

/// The sums of `rows` pixels by `columns` channels, lane by lane.
LK_INLINE void FN(sum_few)(int rows, int columns, size_t taps, const ptrdiff_t *offsets,
                           size_t depth, const T *source, ptrdiff_t row, const T *filters,
                           T *lanes) {
  V sum[8][3][FN(chunk_vectors)];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; ++i) {
#pragma clang loop unroll(full)
    for (int j = 0; j < columns; ++j) {
#pragma clang loop unroll(full)
      for (int v = 0; v < FN(chunk_vectors); ++v) sum[i][j][v] = FN(splat)(0);
    }
  }
  for (size_t tap = 0; tap < taps; ++tap) {
    const T *start = source + offsets[tap];
    for (size_t p = 0; p < depth; p += FN(chunk), filters += columns * FN(chunk)) {
      const size_t left = depth - p;
#pragma clang loop unroll(full)
      for (int v = 0; v < FN(chunk_vectors); ++v) {
        V b[3];
#pragma clang loop unroll(full)
        for (int j = 0; j < columns; ++j) b[j] = FN(load)(filters + j * FN(chunk) + v * LANES);
        if (left >= FN(chunk)) {
#pragma clang loop unroll(full)
          for (int i = 0; i < rows; ++i) {
            const V a = FN(load)(start + (ptrdiff_t)i * row + p + v * LANES);
#pragma clang loop unroll(full)
            for (int j = 0; j < columns; ++j) sum[i][j][v] = FN(fma)(a, b[j], sum[i][j][v]);
          }
        } else {
          const size_t rest = left > (size_t)(v * LANES) ? left - v * LANES : 0;
#pragma clang loop unroll(full)
          for (int i = 0; i < rows; ++i) {
            const V a = rest ? FN(take)(start + (ptrdiff_t)i * row + p + v * LANES, rest)
                             : FN(splat)(0);
#pragma clang loop unroll(full)
            for (int j = 0; j < columns; ++j) sum[i][j][v] = FN(fma)(a, b[j], sum[i][j][v]);
          }
        }
      }
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; ++i) {
#pragma clang loop unroll(full)
    for (int j = 0; j < columns; ++j) {
#pragma clang loop unroll(full)
      for (int v = 0; v < FN(chunk_vectors); ++v) {
        FN(store)(lanes + (i * columns + j) * FN(chunk) + v * LANES, sum[i][j][v]);
      }
    }
  }
}

/// The totals of `LANES` sums from their lanes, added in halves until one is left.
LK_INLINE V FN(total_few)(const T *lanes) {
  V sums[FN(chunk)];
#pragma clang loop unroll(full)
  for (int block = 0; block < FN(chunk_vectors); ++block) {
#pragma clang loop unroll(full)
    for (int i = 0; i < LANES; ++i) {
      sums[block * LANES + i] = FN(load)(lanes + i * FN(chunk) + block * LANES);
    }
    FN(transpose)(sums + block * LANES);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < FN(chunk) / 2; ++i) sums[i] += sums[i + FN(chunk) / 2];
#pragma clang loop unroll(full)
  for (int i = 0; i < FN(chunk) / 4; ++i) sums[i] += sums[i + FN(chunk) / 4];
#if !LK_DOUBLE
  sums[0] += sums[2];
  sums[1] += sums[3];
#endif
  return sums[0] + sums[1];
}

enum {
  /// Sums whose lanes are added together: a multiple of all numbers of lanes and of columns.
  FN(few_sums) = 48,
};

/// Lanes of the sums of some pixels, tile by tile. The last tile begins earlier, on pixels that are
/// done already.
#define LK_FEW(columns)                                                                            \
  case columns:                                                                                    \
    for (size_t next = 0; next < pixels;) {                                                        \
      const size_t rows = pixels < LK_FEW_ROWS(columns) ? 1 : LK_FEW_ROWS(columns);                \
      const size_t x = next + rows > pixels ? pixels - rows : next;                                \
      const T *from = source + (ptrdiff_t)x * row;                                                 \
      T *to = lanes + x * columns * FN(chunk);                                                     \
      if (rows == 1) FN(sum_few)(1, columns, taps, offsets, depth, from, row, filters, to);        \
      else FN(sum_few)(LK_FEW_ROWS(columns), columns, taps, offsets, depth, from, row, filters, to); \
      next = x + rows;                                                                             \
    }                                                                                              \
    break;
static void FN(sum_few_pixels)(size_t pixels, size_t columns, size_t taps, const ptrdiff_t *offsets,
                               size_t depth, const T *source, ptrdiff_t row, const T *filters,
                               T *lanes) {
  switch (columns) { LK_FEW(1) LK_FEW(2) LK_FEW(3) }
}
#undef LK_FEW
#undef LK_FEW_ROWS

/// A row of pixels to one to three channels.
static void FN(convolve_few)(size_t pixels, size_t columns, size_t taps, const ptrdiff_t *offsets,
                             size_t depth, const T *source, ptrdiff_t row, const T *filters, T *c,
                             ptrdiff_t c_row, const T *bias, int add) {
  _Alignas(64) T lanes[FN(few_sums) * FN(chunk)], totals[FN(few_sums)];
  const size_t most = FN(few_sums) / columns;
  for (size_t x = 0; x < pixels; x += most) {
    const size_t count = pixels - x < most ? pixels - x : most, sums = count * columns;
    FN(sum_few_pixels)(count, columns, taps, offsets, depth, source + (ptrdiff_t)x * row, row,
                       filters, lanes);
    for (size_t i = 0; i < sums; i += LANES) {
      const size_t full = i + LANES < FN(few_sums) ? i + LANES : FN(few_sums);
      if (full > sums) memset(lanes + sums * FN(chunk), 0, (full - sums) * FN(chunk) * sizeof(T));
      FN(store)(totals + i, FN(total_few)(lanes + i * FN(chunk)));
    }
    T *to = c + (ptrdiff_t)x * c_row;
    for (size_t i = 0; i < count; ++i, to += c_row) {
      for (size_t j = 0; j < columns; ++j) {
        T value = totals[i * columns + j];
        if (add) value = to[j] + value;
        if (bias) value += bias[j];
        to[j] = value;
      }
    }
  }
}

/// Some vectors of the filters' gradient along the source's channels, to `columns` channels: chains
/// over pixels as those of a tile.
typedef struct FN(few_vectors) {
  ptrdiff_t offsets[8];  // in the source
  size_t places[8];      // of the first lane among a filter's elements
  size_t skipped[8];     // lanes that belong to the vector before
  size_t count;
} FN(few_vectors);

LK_INLINE void FN(correlate_few_tile)(int vectors, int columns, const FN(pixels) * over,
                                      const FN(few_vectors) * few, T *dw, ptrdiff_t dw_row,
                                      int begins) {
  V sum[8][4];
  T lanes[LANES];
#pragma clang loop unroll(full)
  for (int i = 0; i < vectors; ++i) {
#pragma clang loop unroll(full)
    for (int j = 0; j < columns; ++j) {
      const T *from = dw + (ptrdiff_t)few->places[i] * dw_row + j;
      for (int lane = 0; lane < LANES; ++lane) lanes[lane] = begins ? 0 : from[lane * dw_row];
      sum[i][j] = FN(load)(lanes);
    }
  }
  ptrdiff_t offsets[8];
#pragma clang loop unroll(full)
  for (int i = 0; i < vectors; ++i) offsets[i] = few->offsets[i];
  for (size_t line = 0; line < over->lines; ++line) {
    const T *source = over->source + (ptrdiff_t)line * over->source_line;
    const T *gradient = over->gradient + (ptrdiff_t)line * over->gradient_line;
    for (size_t x = 0; x < over->width; ++x) {
      V g[4];
#pragma clang loop unroll(full)
      for (int j = 0; j < columns; ++j) g[j] = FN(splat)(gradient[j]);
#pragma clang loop unroll(full)
      for (int i = 0; i < vectors; ++i) {
        const V a = FN(load)(source + offsets[i]);
#pragma clang loop unroll(full)
        for (int j = 0; j < columns; ++j) sum[i][j] = FN(fma)(a, g[j], sum[i][j]);
      }
      source += over->source_step;
      gradient += over->gradient_step;
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < vectors; ++i) {
#pragma clang loop unroll(full)
    for (int j = 0; j < columns; ++j) {
      T *to = dw + (ptrdiff_t)few->places[i] * dw_row + j;
      FN(store)(lanes, sum[i][j]);
      for (size_t lane = few->skipped[i]; lane < LANES; ++lane) {
        to[(ptrdiff_t)lane * dw_row] = lanes[lane];
      }
    }
  }
}

/// Whether vectors along the source are fuller than those along so few columns.
LK_INLINE int FN(is_few_columns)(size_t columns, size_t length) {
  return columns <= 4 && 4 * columns <= LANES && length >= LANES;
}

/// All elements of one to four columns, over some pixels. Segments are at least a vector long; the
/// last vector of each begins earlier, on lanes that it leaves to the one before.
static void FN(correlate_few)(const FN(pixels) * over, size_t segments, const ptrdiff_t *offsets,
                              size_t length, size_t columns, T *dw, ptrdiff_t dw_row, int begins) {
  const size_t across = (length + LANES - 1) / LANES, total = segments * across;
  const size_t tiles = FN(part_count)(total, columns == 1 ? 8 : 4);
  for (size_t tile = 0; tile < tiles; ++tile) {
    FN(few_vectors) few = {.count = 0};
    const size_t end = FN(part_start)(total, tiles, tile + 1);
    for (size_t number = FN(part_start)(total, tiles, tile); number < end; ++number) {
      const size_t segment = number / across, start = number % across * LANES;
      const size_t first = start + LANES > length ? length - LANES : start;
      few.offsets[few.count] = offsets[segment] + (ptrdiff_t)first;
      few.skipped[few.count] = start - first;
      few.places[few.count++] = segment * length + first;
    }
#define LK_FEW(vectors, columns)                                                     \
  case vectors:                                                                      \
    FN(correlate_few_tile)(vectors, columns, over, &few, dw, dw_row, begins);        \
    break;
#define LK_FOUR(columns) LK_FEW(1, columns) LK_FEW(2, columns) LK_FEW(3, columns) LK_FEW(4, columns)
    switch (columns) {
      case 1:
        switch (few.count) {
          LK_FOUR(1) LK_FEW(5, 1) LK_FEW(6, 1) LK_FEW(7, 1) LK_FEW(8, 1)
        }
        break;
      case 2:
        switch (few.count) { LK_FOUR(2) }
        break;
      case 3:
        switch (few.count) { LK_FOUR(3) }
        break;
      default:
        switch (few.count) { LK_FOUR(4) }
    }
#undef LK_FOUR
#undef LK_FEW
  }
}
