// Softmax and normalisation over the rows of [rows, columns], with their gradients.

// Rows of at most WIDE numbers are worked on LANES at a time, column by column: their sums are merged in
// the order in which LK_ROW_SUM merges lanes, so that a row has the same bits either way.

/// The columns of up to LANES rows; of rows that are not there, zeros.
LK_INLINE void FN(load_columns)(size_t rows, size_t columns, const T *x, V column[WIDE]) {
  for (size_t j = 0; j * LANES < columns; ++j) {
    V *part = column + j * LANES;
    for (size_t r = 0; r < LANES; ++r) {
      part[r] = r < rows ? FN(take)(x + r * columns + j * LANES, columns - j * LANES) : FN(splat)(0);
    }
    FN(transpose)(part);
  }
}
LK_INLINE void FN(store_columns)(size_t rows, size_t columns, V column[WIDE], T *y,
                                 int accumulate) {
  for (size_t j = 0; j * LANES < columns; ++j) {
    V *part = column + j * LANES;
    FN(transpose)(part);
    for (size_t r = 0; r < LANES && r < rows; ++r) {
      FN(put_or_add)(y + r * columns + j * LANES, part[r], columns - j * LANES, accumulate);
    }
  }
}
/// The sum of WIDE columns, which are overwritten.
LK_INLINE V FN(sum_columns)(V column[WIDE]) {
#pragma clang loop unroll(full)
  for (int half = WIDE / 2; half; half /= 2) {
#pragma clang loop unroll(full)
    for (int c = 0; c < half; ++c) column[c] += column[c + half];
  }
  return column[0];
}

static void FN(softmax_narrow)(int logarithm, size_t rows, size_t columns, const T *x, T *y) {
  for (size_t row = 0; row < rows; row += LANES, x += LANES * columns, y += LANES * columns) {
    V column[WIDE] = {0}, sums[WIDE] = {0};
    FN(load_columns)(rows - row, columns, x, column);
    V largest = column[0];
    for (size_t c = 1; c < columns; ++c) largest = FN(merge)(LK_MAX_OF, largest, column[c]);
    for (size_t c = 0; c < columns; ++c) {
      const V centred = column[c] - largest;
      sums[c] = FN(exp)(centred);
      column[c] = logarithm ? centred : sums[c];
    }
    const V sum = FN(sum_columns)(sums);
    const V log_sum = logarithm ? FN(log)(sum) : sum;
    for (size_t c = 0; c < columns; ++c) {
      column[c] = logarithm ? column[c] - log_sum : column[c] / sum;
    }
    FN(store_columns)(rows - row, columns, column, y, 0);
  }
}

static void FN(softmax_gradient_narrow)(int logarithm, size_t rows, size_t columns, const T *y,
                                        const T *dy, T *dx, int accumulate) {
  const size_t step = LANES * columns;
  for (size_t row = 0; row < rows; row += LANES, y += step, dy += step, dx += step) {
    V result[WIDE] = {0}, upstream[WIDE] = {0}, sums[WIDE] = {0};
    FN(load_columns)(rows - row, columns, y, result);
    FN(load_columns)(rows - row, columns, dy, upstream);
    for (size_t c = 0; c < columns; ++c) {
      sums[c] += logarithm ? upstream[c] : result[c] * upstream[c];
    }
    const V sum = FN(sum_columns)(sums);
    for (size_t c = 0; c < columns; ++c) {
      result[c] = logarithm ? FN(fma)(-FN(exp)(result[c]), sum, upstream[c])
                            : result[c] * (upstream[c] - sum);
    }
    FN(store_columns)(rows - row, columns, result, dx, accumulate);
  }
}

static void FN(softmax)(int logarithm, size_t rows, size_t columns, const void *input,
                        void *output) {
  const T *x = input;
  T *y = output;
  if (columns <= WIDE && columns && rows > 1) {
    FN(softmax_narrow)(logarithm, rows, columns, x, y);
    return;
  }
  for (size_t row = 0; row < rows; ++row, x += columns, y += columns) {
    const V largest = FN(splat)(FN(whole_max)(columns, x));
    T sum;
    if (logarithm) {
      LK_ROW_SUM(sum, columns, FN(exp)(FN(take)(x + i, left) - largest));
      const V log_sum = FN(log)(FN(splat)(sum));
      LK_EACH_VECTOR(columns, {
        FN(put)(y + i, (FN(take)(x + i, left) - largest) - log_sum, left);
      });
    } else {
      LK_EACH_VECTOR(columns, {
        FN(put)(y + i, FN(exp)(FN(take)(x + i, left) - largest), left);
      });
      LK_ROW_SUM(sum, columns, FN(take)(y + i, left));
      LK_EACH_VECTOR(columns, { FN(put)(y + i, FN(take)(y + i, left) / sum, left); });
    }
  }
}

static void FN(softmax_gradient)(int logarithm, size_t rows, size_t columns, const void *result,
                                 const void *upstream, void *out, int accumulate) {
  const T *y = result, *dy = upstream;
  T *dx = out;
  if (columns <= WIDE && columns && rows > 1) {
    FN(softmax_gradient_narrow)(logarithm, rows, columns, y, dy, dx, accumulate);
    return;
  }
  for (size_t row = 0; row < rows; ++row, y += columns, dy += columns, dx += columns) {
    T sum;
    if (logarithm) {
      LK_ROW_SUM(sum, columns, FN(take)(dy + i, left));
      LK_EACH_VECTOR(columns, {
        V probability = FN(exp)(FN(take)(y + i, left));
        V value = FN(fma)(-probability, FN(splat)(sum), FN(take)(dy + i, left));
        FN(put_or_add)(dx + i, value, left, accumulate);
      });
    } else {
      LK_ROW_SUM(sum, columns, FN(take)(y + i, left) * FN(take)(dy + i, left));
      LK_EACH_VECTOR(columns, {
        V value = FN(take)(y + i, left) * (FN(take)(dy + i, left) - sum);
        FN(put_or_add)(dx + i, value, left, accumulate);
      });
    }
  }
}

static void FN(normalize_rows)(size_t rows, size_t columns, double epsilon, const void *input,
                               void *output, void *mean_output, void *inverse_output) {
  const T *x = input;
  T *y = output, *means = mean_output, *inverses = inverse_output;
  for (size_t row = 0; row < rows; ++row, x += columns, y += columns) {
    T sum, squares;
    LK_ROW_SUM(sum, columns, FN(take)(x + i, left));
    const T mean = columns ? sum / (T)columns : 0;
    LK_ROW_SUM(squares, columns,
               (FN(take)(x + i, left) - mean) * (FN(take)(x + i, left) - mean));
    const T variance = columns ? squares / (T)columns : 0;
    const T inverse = 1 / (T)sqrt((double)(variance + (T)epsilon));
    LK_EACH_VECTOR(columns, {
      FN(put)(y + i, (FN(take)(x + i, left) - mean) * inverse, left);
    });
    means[row] = mean;
    inverses[row] = inverse;
  }
}

/// dx = inverse (dy - mean(dy) - y mean(dy y)).
static void FN(normalize_rows_gradient)(size_t rows, size_t columns, const void *result,
                                        const void *inverse_input, const void *upstream,
                                        void *out, int accumulate) {
  const T *y = result, *dy = upstream, *inverses = inverse_input;
  T *dx = out;
  for (size_t row = 0; row < rows; ++row, y += columns, dy += columns, dx += columns) {
    T sum, along;
    LK_ROW_SUM(sum, columns, FN(take)(dy + i, left));
    LK_ROW_SUM(along, columns, FN(take)(dy + i, left) * FN(take)(y + i, left));
    const V mean = FN(splat)(columns ? sum / (T)columns : 0);
    const V slope = FN(splat)(columns ? along / (T)columns : 0);
    LK_EACH_VECTOR(columns, {
      V centered = FN(fma)(-FN(take)(y + i, left), slope, FN(take)(dy + i, left) - mean);
      FN(put_or_add)(dx + i, centered * inverses[row], left, accumulate);
    });
  }
}
