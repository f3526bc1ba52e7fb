// Packing: k steps of up to `width` scalars side by side, the rest of the width zero.

/// target[p · width + j] = source[p · step + j · across] for p < k and j < count; width is one or
/// two vectors, or a padded column of tile rows.
static void FN(pack)(size_t k, size_t count, const T *source, ptrdiff_t step, ptrdiff_t across,
                     T *target, size_t width) {
  if (across == 1) {
    for (size_t p = 0; p < k; ++p, source += step, target += width) {
      for (size_t j = 0; j < width; j += LANES) {
        V v = j < count ? FN(take)(source + j, count - j) : FN(splat)(0);
        FN(store)(target + j, v);
      }
    }
    return;
  }
  for (size_t j = 0; j < width; j += LANES) {
    for (size_t p = 0; p < k; p += LANES) {
      size_t left = k - p < LANES ? k - p : LANES;
      V rows[LANES];
#pragma clang loop unroll(full)
      for (size_t lane = 0; lane < LANES; ++lane) {
        V v = FN(splat)(0);
        if (j + lane < count) {
          const T *row = source + (ptrdiff_t)(j + lane) * across + (ptrdiff_t)p * step;
          if (step == 1) v = FN(take)(row, left);
          else for (size_t s = 0; s < left; ++s) v[s] = row[(ptrdiff_t)s * step];
        }
        rows[lane] = v;
      }
      FN(transpose)(rows);
      T *to = target + p * width + j;
#pragma clang loop unroll(full)
      for (size_t s = 0; s < LANES; ++s) {
        if (s < left) FN(store)(to + s * width, rows[s]);
      }
    }
  }
}
