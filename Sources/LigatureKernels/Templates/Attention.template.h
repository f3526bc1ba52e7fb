// Scaled dot-product attention without the matrix of weights: blocks of queries meet blocks of keys, and
// a running maximum and sum of each query rescale what it found before (Milakov and Gimelshein 2018; Dao
// et al. 2022). Both kinds of block have fixed sizes, so that bits do not depend on the level.

enum {
  FN(query_block) = 64,
  FN(key_block) = 512,
  /// From row to row of a block of scores: whole vectors, and no power of two, which crowds a cache.
  FN(score_row) = FN(key_block) + 16,
};

LK_INLINE size_t FN(whole_vectors)(size_t n) { return (n + LANES - 1) / LANES * LANES; }
LK_INLINE size_t FN(smaller)(size_t a, size_t b) { return a < b ? a : b; }

/// How many keys a query sees.
LK_INLINE size_t FN(keys_seen)(const LKAttention *a, size_t query) {
  if (!a->causal) return a->keys;
  const ptrdiff_t seen = (ptrdiff_t)query + a->lead + 1;
  return seen <= 0 ? 0 : FN(smaller)((size_t)seen, a->keys);
}

/// `columns` columns of `k` steps as panels of TILE_COLUMNS, the last one perhaps of LANES: in all
/// k · whole_vectors(columns) scalars.
typedef struct FN(panels) {
  T *at;
  size_t k, columns;
} FN(panels);

LK_INLINE size_t FN(panel_vectors)(size_t columns, size_t j) { return columns - j > LANES ? 2 : 1; }

static void FN(pack_panels_of)(FN(panels) panels, const T *source, ptrdiff_t step,
                               ptrdiff_t across) {
  for (size_t j = 0; j < panels.columns; j += TILE_COLUMNS) {
    FN(pack)(panels.k, FN(smaller)(panels.columns - j, TILE_COLUMNS),
             source + (ptrdiff_t)j * across, step, across, panels.at + j * panels.k,
             FN(panel_vectors)(panels.columns, j) * LANES);
  }
}

/// c (+)= a · the first `columns` columns and `k` steps of panels; c has room for whole panels.
static void FN(panels_into)(size_t rows, size_t columns, size_t k, const T *a, ptrdiff_t a_row,
                            ptrdiff_t a_step, FN(panels) panels, T *c, ptrdiff_t c_row, int add) {
  const size_t blocks = FN(part_count)(rows, TILE_ROWS);
  for (size_t j = 0; j < columns; j += TILE_COLUMNS) {
    const size_t vectors = FN(panel_vectors)(panels.columns, j);
    for (size_t block = 0; block < blocks; ++block) {
      const size_t row = FN(part_start)(rows, blocks, block);
      const size_t count = FN(part_start)(rows, blocks, block + 1) - row;
      FN(tiles)[count - 1][vectors - 1](k, a + (ptrdiff_t)row * a_row, a_row, a_step,
                                        panels.at + j * panels.k, (ptrdiff_t)(vectors * LANES),
                                        c + (ptrdiff_t)row * c_row + j, c_row, add);
    }
  }
}

/// Rows side by side, times a factor.
static void FN(copy_scaled)(size_t rows, size_t columns, T scale, const T *source, ptrdiff_t row,
                            T *target) {
  for (size_t i = 0; i < rows; ++i, source += row, target += columns) {
    LK_EACH_VECTOR(columns, { FN(put)(target + i, FN(take)(source + i, left) * scale, left); });
  }
}

/// Puts exp(x - largest) in the place of x.
LK_INLINE V FN(put_weight)(T *x, T largest, size_t left) {
  const V weight = FN(exp)(FN(take)(x, left) - largest);
  FN(put)(x, weight, left);
  return weight;
}

LK_INLINE void FN(clear)(T *x, size_t count) { memset(x, 0, count * sizeof(T)); }

/// Places in scratch memory, taken one after the other.
LK_INLINE size_t FN(room_size)(size_t count) { return (count + 63) / 64 * 64; }
LK_INLINE T *FN(room)(T **next, size_t count) {
  T *here = *next;
  *next += FN(room_size)(count);
  return here;
}
LK_INLINE T *FN(aligned)(void *workspace) {
  return (T *)(((uintptr_t)workspace + 63) & ~(uintptr_t)63);
}

/// The keys of a block, from `key` to `end` at most.
LK_INLINE size_t FN(block_keys)(size_t end, size_t key) {
  return FN(smaller)(end - key, FN(key_block));
}
/// Of blocks of keys, each with features as steps: what scores are made with.
LK_INLINE FN(panels) FN(across_keys)(T *at, size_t features, size_t end, size_t key) {
  return (FN(panels)){at + key * features, features, FN(block_keys)(end, key)};
}
/// Of blocks of keys as steps, each with features as columns.
LK_INLINE FN(panels) FN(along_keys)(T *at, size_t features, size_t end, size_t key) {
  return (FN(panels)){at + key * FN(whole_vectors)(features), FN(block_keys)(end, key), features};
}

static size_t FN(attention_workspace)(const LKAttention *a) {
  const size_t d = a->features, inner = FN(whole_vectors)(a->value_features);
  return 64 + sizeof(T) * (FN(room_size)(d * FN(whole_vectors)(a->keys)) +
                           FN(room_size)(a->keys * inner) +
                           FN(query_block) * (FN(score_row) + inner + d + 2) + 5 * 64);
}

static void FN(attention)(const LKAttention *a, size_t first, size_t count, const void *queries,
                          const void *keys, const void *values, void *output, void *statistics,
                          void *workspace) {
  const size_t d = a->features, e = a->value_features, inner = FN(whole_vectors)(e);
  T *out = output, *largest = statistics, *inverse = largest + a->queries;
  T *next = FN(aligned)(workspace);
  T *key_room = FN(room)(&next, d * FN(whole_vectors)(a->keys));
  T *value_room = FN(room)(&next, a->keys * inner);
  T *scores = FN(room)(&next, FN(query_block) * FN(score_row));
  T *found = FN(room)(&next, FN(query_block) * inner);
  T *scaled = FN(room)(&next, FN(query_block) * d);
  T *peaks = FN(room)(&next, FN(query_block)), *sums = FN(room)(&next, FN(query_block));

  const size_t end = first + count;
  const size_t needed = count ? FN(keys_seen)(a, end - 1) : 0;
  for (size_t key = 0; key < needed; key += FN(key_block)) {
    FN(pack_panels_of)(FN(across_keys)(key_room, d, needed, key),
                       (const T *)keys + (ptrdiff_t)key * a->key_row, 1, a->key_row);
    FN(pack_panels_of)(FN(along_keys)(value_room, e, needed, key),
                       (const T *)values + (ptrdiff_t)key * a->value_row, a->value_row, 1);
  }

  for (size_t query = first; query < end; query += FN(query_block)) {
    const size_t rows = FN(smaller)(end - query, FN(query_block));
    const size_t seen = FN(keys_seen)(a, query + rows - 1);
    FN(copy_scaled)(rows, d, (T)a->scale, (const T *)queries + (ptrdiff_t)query * a->query_row,
                    a->query_row, scaled);
    for (size_t r = 0; r < rows; ++r) {
      peaks[r] = -(T)INFINITY;
      sums[r] = 0;
    }
    FN(clear)(found, rows * inner);
    for (size_t key = 0; key < seen; key += FN(key_block)) {
      const size_t used = FN(block_keys)(seen, key);
      FN(panels_into)(rows, used, d, scaled, (ptrdiff_t)d, 1,
                      FN(across_keys)(key_room, d, needed, key), scores, FN(score_row), 0);
      for (size_t r = 0; r < rows; ++r) {
        T *row = scores + r * FN(score_row);
        const size_t all = FN(keys_seen)(a, query + r);
        const size_t own = all > key ? FN(smaller)(all - key, used) : 0;
        FN(clear)(row + own, used - own);
        if (!own) continue;
        const V peak = FN(merge)(LK_MAX_OF, FN(splat)(peaks[r]),
                                 FN(splat)(FN(whole_max)(own, row)));
        T sum;
        LK_ROW_SUM(sum, own, FN(put_weight)(row + i, peak[0], left));
        if (key > 0) {
          const V factor = FN(exp)(FN(splat)(peaks[r]) - peak);
          sums[r] *= factor[0];
          T *before = found + r * inner;
          LK_EACH_VECTOR(inner, { FN(put)(before + i, FN(take)(before + i, left) * factor, left); });
        }
        sums[r] += sum;
        peaks[r] = peak[0];
      }
      FN(panels_into)(rows, e, used, scores, FN(score_row), 1,
                      FN(along_keys)(value_room, e, needed, key), found, (ptrdiff_t)inner, 1);
    }
    for (size_t r = 0; r < rows; ++r) {
      const int any = FN(keys_seen)(a, query + r) > 0;
      const T share = any ? 1 / sums[r] : 0;
      T *target = out + (query + r) * e;
      const T *source = found + r * inner;
      LK_EACH_VECTOR(e, { FN(put)(target + i, FN(take)(source + i, left) * share, left); });
      largest[query + r] = any ? peaks[r] : 0;
      inverse[query + r] = share;
    }
  }
}

static size_t FN(attention_gradient_workspace)(const LKAttention *a) {
  const size_t d = a->features, e = a->value_features, wide = FN(whole_vectors)(a->keys);
  const size_t inner = FN(whole_vectors)(d), outer = FN(whole_vectors)(e);
  return 64 + sizeof(T) * (FN(room_size)(d * wide) + FN(room_size)(e * wide) +
                           2 * FN(room_size)(a->keys * inner) + FN(room_size)(a->keys * outer) +
                           FN(query_block) * (2 * FN(score_row) + d + 2 * inner + e + outer + 1) +
                           8 * 64);
}

/// Rows of whole vectors, times a factor, as rows side by side.
static void FN(put_rows)(size_t rows, size_t columns, T scale, const T *source, T *target) {
  const size_t row = FN(whole_vectors)(columns);
  for (size_t r = 0; r < rows; ++r, source += row, target += columns) {
    LK_EACH_VECTOR(columns, {
      FN(put)(target + i, FN(take)(source + i, left) * scale, left);
    });
  }
}

static void FN(attention_gradient)(const LKAttention *a, const void *queries, const void *keys,
                                   const void *values, const void *output,
                                   const void *statistics, const void *upstream, void *dq,
                                   void *dk, void *dv, void *workspace) {
  const size_t d = a->features, e = a->value_features, wide = FN(whole_vectors)(a->keys);
  const size_t inner = FN(whole_vectors)(d), outer = FN(whole_vectors)(e);
  const T *q = queries, *k = keys, *v = values, *dy = upstream;
  const T *largest = statistics, *inverse = largest + a->queries;
  T *next = FN(aligned)(workspace);
  T *key_room = FN(room)(&next, d * wide), *value_room = FN(room)(&next, e * wide);
  T *along_room = FN(room)(&next, a->keys * inner);
  T *key_sums = FN(room)(&next, a->keys * inner), *value_sums = FN(room)(&next, a->keys * outer);
  T *weights = FN(room)(&next, FN(query_block) * FN(score_row));
  T *slopes = FN(room)(&next, FN(query_block) * FN(score_row));
  T *scaled = FN(room)(&next, FN(query_block) * d);
  T *query_room = FN(room)(&next, FN(query_block) * inner);
  T *query_sums = FN(room)(&next, FN(query_block) * inner);
  T *upstream_rows = FN(room)(&next, FN(query_block) * e);
  T *upstream_room = FN(room)(&next, FN(query_block) * outer);
  T *levels = FN(room)(&next, FN(query_block));

  FN(clear)(key_sums, a->keys * inner);
  FN(clear)(value_sums, a->keys * outer);
  const size_t needed = a->queries ? FN(keys_seen)(a, a->queries - 1) : 0;
  for (size_t key = 0; key < needed; key += FN(key_block)) {
    const T *block = k + (ptrdiff_t)key * a->key_row;
    FN(pack_panels_of)(FN(across_keys)(key_room, d, needed, key), block, 1, a->key_row);
    FN(pack_panels_of)(FN(along_keys)(along_room, d, needed, key), block, a->key_row, 1);
    FN(pack_panels_of)(FN(across_keys)(value_room, e, needed, key),
                       v + (ptrdiff_t)key * a->value_row, 1, a->value_row);
  }

  for (size_t query = 0; query < a->queries; query += FN(query_block)) {
    const size_t rows = FN(smaller)(a->queries - query, FN(query_block));
    const size_t seen = FN(keys_seen)(a, query + rows - 1);
    FN(copy_scaled)(rows, d, (T)a->scale, q + (ptrdiff_t)query * a->query_row, a->query_row,
                    scaled);
    FN(copy_scaled)(rows, e, 1, dy + (ptrdiff_t)query * a->upstream_row, a->upstream_row,
                    upstream_rows);
    const FN(panels) query_panels = {query_room, rows, d}, upstream_panels = {upstream_room, rows, e};
    FN(pack_panels_of)(query_panels, scaled, (ptrdiff_t)d, 1);
    FN(pack_panels_of)(upstream_panels, upstream_rows, (ptrdiff_t)e, 1);
    for (size_t r = 0; r < rows; ++r) {
      const T *y = (const T *)output + (query + r) * e, *gradient = upstream_rows + r * e;
      LK_ROW_SUM(levels[r], e, FN(take)(y + i, left) * FN(take)(gradient + i, left));
    }
    FN(clear)(query_sums, rows * inner);
    for (size_t key = 0; key < seen; key += FN(key_block)) {
      const size_t used = FN(block_keys)(seen, key);
      FN(panels_into)(rows, used, d, scaled, (ptrdiff_t)d, 1,
                      FN(across_keys)(key_room, d, needed, key), weights, FN(score_row), 0);
      FN(panels_into)(rows, used, e, upstream_rows, (ptrdiff_t)e, 1,
                      FN(across_keys)(value_room, e, needed, key), slopes, FN(score_row), 0);
      for (size_t r = 0; r < rows; ++r) {
        T *weight = weights + r * FN(score_row), *slope = slopes + r * FN(score_row);
        const size_t all = FN(keys_seen)(a, query + r);
        const size_t own = all > key ? FN(smaller)(all - key, used) : 0;
        const V peak = FN(splat)(largest[query + r]), share = FN(splat)(inverse[query + r]);
        const V level = FN(splat)(levels[r]);
        LK_EACH_VECTOR(own, {
          const V p = FN(exp)(FN(take)(weight + i, left) - peak) * share;
          FN(put)(weight + i, p, left);
          FN(put)(slope + i, p * (FN(take)(slope + i, left) - level), left);
        });
        FN(clear)(weight + own, used - own);
        FN(clear)(slope + own, used - own);
      }
      FN(panels_into)(rows, d, used, slopes, FN(score_row), 1,
                      FN(along_keys)(along_room, d, needed, key), query_sums, (ptrdiff_t)inner, 1);
      FN(panels_into)(used, d, rows, slopes, 1, FN(score_row), query_panels,
                      key_sums + key * inner, (ptrdiff_t)inner, 1);
      FN(panels_into)(used, e, rows, weights, 1, FN(score_row), upstream_panels,
                      value_sums + key * outer, (ptrdiff_t)outer, 1);
    }
    FN(put_rows)(rows, d, (T)a->scale, query_sums, (T *)dq + query * d);
  }
  FN(put_rows)(a->keys, d, 1, key_sums, dk);
  FN(put_rows)(a->keys, e, 1, value_sums, dv);
}
