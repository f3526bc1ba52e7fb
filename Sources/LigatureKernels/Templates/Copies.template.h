// Copies of two-dimensional strided planes, and sums of rows. Plain copies only move bits, so they
// serve every scalar type of this size.

/// Side of the squares that a transposing copy finishes before it goes on, so that the lines of
/// both sides stay in the first-level cache.
enum { FN(copy_square) = 64 };

static void FN(add_rows)(size_t n, const void *x, void *y) {
  const T *source = x;
  T *target = y;
  LK_EACH_VECTOR(n, {
    FN(put)(target + i, FN(take)(target + i, left) + FN(take)(source + i, left), left);
  });
}

/// target[i, j] (+)= source[i, j] one by one.
LK_INLINE void FN(copy_scalars)(size_t rows, size_t columns, const T *source, ptrdiff_t source_row,
                                ptrdiff_t source_column, T *target, ptrdiff_t target_row,
                                ptrdiff_t target_column, int accumulate) {
  for (size_t i = 0; i < rows; ++i, source += source_row, target += target_row) {
    const T *from = source;
    T *to = target;
    for (size_t j = 0; j < columns; ++j, from += source_column, to += target_column) {
      *to = accumulate ? *to + *from : *from;
    }
  }
}

/// Up to LANES x LANES: adjacent down a column in the source, along a row in the target.
LK_INLINE void FN(copy_turned)(size_t rows, size_t columns, const T *source,
                               ptrdiff_t source_column, T *target, ptrdiff_t target_row,
                               int accumulate) {
  V block[LANES];
#pragma clang loop unroll(full)
  for (size_t j = 0; j < LANES; ++j) {
    block[j] = j < columns ? FN(take)(source + (ptrdiff_t)j * source_column, rows) : FN(splat)(0);
  }
  FN(transpose)(block);
#pragma clang loop unroll(full)
  for (size_t i = 0; i < LANES; ++i) {
    if (i < rows) FN(put_or_add)(target + (ptrdiff_t)i * target_row, block[i], columns, accumulate);
  }
}

static void FN(copy_transposed)(const LKPlane *plane, int accumulate) {
  const size_t square = FN(copy_square);
  for (size_t i0 = 0; i0 < plane->rows; i0 += square) {
    size_t i_end = plane->rows - i0 < square ? plane->rows : i0 + square;
    for (size_t j0 = 0; j0 < plane->columns; j0 += square) {
      size_t j_end = plane->columns - j0 < square ? plane->columns : j0 + square;
      for (size_t i = i0; i < i_end; i += LANES) {
        for (size_t j = j0; j < j_end; j += LANES) {
          const T *from = (const T *)plane->source + i + (ptrdiff_t)j * plane->source_column;
          T *to = (T *)plane->target + (ptrdiff_t)i * plane->target_row + j;
          size_t rows = i_end - i, columns = j_end - j;
          if (rows >= LANES && columns >= LANES) {
            FN(copy_turned)(LANES, LANES, from, plane->source_column, to, plane->target_row,
                            accumulate);
          } else {
            FN(copy_turned)(rows, columns, from, plane->source_column, to, plane->target_row,
                            accumulate);
          }
        }
      }
    }
  }
}

static void FN(copy_plane)(const LKPlane *plane, int accumulate) {
  const T *source = plane->source;
  T *target = plane->target;
  if (plane->target_column == 1 && plane->source_row == 1 && plane->source_column != 1) {
    FN(copy_transposed)(plane, accumulate);
    return;
  }
  if (plane->target_column != 1 || (plane->source_column != 1 && plane->source_column != 0)) {
    FN(copy_scalars)(plane->rows, plane->columns, source, plane->source_row, plane->source_column,
                     target, plane->target_row, plane->target_column, accumulate);
    return;
  }
  for (size_t i = 0; i < plane->rows; ++i) {
    if (plane->source_column == 0) {
      const V value = FN(splat)(*source);
      LK_EACH_VECTOR(plane->columns, { FN(put_or_add)(target + i, value, left, accumulate); });
    } else if (accumulate) {
      FN(add_rows)(plane->columns, source, target);
    } else {
      memcpy(target, source, plane->columns * sizeof(T));
    }
    source += plane->source_row;
    target += plane->target_row;
  }
}
