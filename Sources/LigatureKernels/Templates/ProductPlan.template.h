// How one product is laid out: which operand is broadcast and which is loaded as vectors, and the
// sizes of blocks.
//
// C = A·B broadcasts elements of A and packs B; Cᵀ = Bᵀ·Aᵀ broadcasts elements of B, packs A, and
// turns each finished tile. Packing a large operand for the sake of few rows of the other costs
// more than turning tiles, so the cheaper of the two is taken. Neither the choice nor any block
// size but that of k touches the order in which an element is summed.

enum {
  /// Longest chain before its sum joins C: 4 KiB of each row. Part of the result's definition.
  FN(longest_chain) = 4096 / sizeof(T),
  /// Bytes of packed vectors: what the second-level cache holds next to the streamed operand.
  FN(packed_bytes) = 512 * 1024,
};

/// The product seen as broadcast rows times packed columns.
typedef struct FN(plan) {
  size_t rows, columns, k;
  const T *broadcast;
  ptrdiff_t broadcast_row, broadcast_step;
  const T *packed;
  ptrdiff_t packed_step, packed_across;
  int turned;  // rows are columns of C
  int direct;  // the vectors are read where they are
} FN(plan);

/// Parts of `total` no larger than `limit`, as equal as possible.
LK_INLINE size_t FN(part_count)(size_t total, size_t limit) { return (total + limit - 1) / limit; }
LK_INLINE size_t FN(part_start)(size_t total, size_t count, size_t index) {
  return total / count * index + (index < total % count ? index : total % count);
}
LK_INLINE size_t FN(chain_blocks)(size_t k) { return FN(part_count)(k, FN(longest_chain)); }
LK_INLINE size_t FN(longest_block)(size_t k) {
  size_t blocks = FN(chain_blocks)(k);
  return blocks ? (k + blocks - 1) / blocks : 0;
}
/// Columns packed at a time.
LK_INLINE size_t FN(block_columns)(size_t columns, size_t k) {
  size_t limit = FN(packed_bytes) / sizeof(T) / (FN(longest_block)(k) + 1) / TILE_COLUMNS;
  size_t panels = FN(part_count)(columns, TILE_COLUMNS);
  if (limit == 0) limit = 1;
  size_t blocks = FN(part_count)(panels, limit);
  return blocks ? (panels + blocks - 1) / blocks * TILE_COLUMNS : 0;
}

/// Strides that send successive lines to few sets of a cache.
LK_INLINE int FN(crowds_cache)(ptrdiff_t stride) {
  return ((size_t)(stride < 0 ? -stride : stride) * sizeof(T)) % 2048 == 0;
}

/// Cycles of the tiles, on a core that starts two multiply-adds a cycle and finishes each in four.
LK_INLINE double FN(tile_cycles)(size_t rows, size_t columns, size_t k) {
  size_t blocks = FN(part_count)(rows, TILE_ROWS);
  if (!blocks) return 0;
  double height = (double)rows / (double)blocks;
  double narrow = height / 2 < 4 ? 4 : height / 2, wide = height < 4 ? 4 : height;
  size_t panels = columns / TILE_COLUMNS, rest = columns % TILE_COLUMNS;
  double panel_cycles = (double)panels * wide + (rest > LANES ? wide : rest ? narrow : 0);
  return (double)blocks * (double)k * panel_cycles;
}

/// What a turned product costs beside one that broadcasts along rows of A. Where it broadcasts down
/// columns of B, a tile uses a part of each line that it touches, and the next tile fetches it again;
/// and it writes a part of each line of C. Measured with tiles of 6 rows, which touch 24 bytes of 64:
/// 1.25 times the cycles, and 3 for each element of C.
LK_INLINE double FN(cost_of_turning)(double cycles, int is_strided, double elements) {
  const double waste = 64.0 / (TILE_ROWS * sizeof(T)) - 1;
  return cycles * (is_strided ? 1 + 0.15 * waste : 1) + 1.8 * waste * elements;
}

/// Cycles per packed vector: copied, transposed in registers, or gathered one by one.
LK_INLINE double FN(pack_cycles)(size_t columns, size_t k, ptrdiff_t step, ptrdiff_t across) {
  double vectors = (double)columns * (double)k / LANES;
  return vectors * (across == 1 ? 3 : step == 1 ? 5 : 2 * LANES);
}

LK_INLINE FN(plan) FN(plan_product)(const LKProduct *product) {
  const size_t m = product->m, n = product->n, k = product->k;
  FN(plan) straight = {
      .rows = m, .columns = n, .k = k,
      .broadcast = product->a, .broadcast_row = product->a_row,
      .broadcast_step = product->a_column,
      .packed = product->b, .packed_step = product->b_row, .packed_across = product->b_column,
      // One or two blocks of rows read every vector at once: packing would only add to that.
      .direct = product->b_column == 1 && m <= 2 * TILE_ROWS,
  };
  FN(plan) turned = {
      .rows = n, .columns = m, .k = k,
      .broadcast = product->b, .broadcast_row = product->b_column,
      .broadcast_step = product->b_row,
      .packed = product->a, .packed_step = product->a_column, .packed_across = product->a_row,
      .direct = product->a_row == 1 && n <= 2 * TILE_ROWS,
      .turned = 1,
  };
  double straight_cycles = FN(tile_cycles)(m, n, k), turned_cycles = FN(tile_cycles)(n, m, k);
  // With A transposed both ways have that cost.
  if (straight.broadcast_step == 1) {
    turned_cycles = FN(cost_of_turning)(turned_cycles, turned.broadcast_step != 1,
                                        (double)m * (double)n * (double)FN(chain_blocks)(k));
  }
  if (!straight.direct) straight_cycles += FN(pack_cycles)(n, k, product->b_row, product->b_column);
  if (!turned.direct) turned_cycles += FN(pack_cycles)(m, k, product->a_column, product->a_row);
  turned_cycles += (double)m * (double)n * (double)FN(chain_blocks)(k) * 4 / LANES;
  return straight_cycles <= turned_cycles ? straight : turned;
}

static size_t FN(product_workspace)(const LKProduct *product) {
  // Enough for either orientation, so that pieces of a product may choose for themselves.
  size_t k = FN(longest_block)(product->k);
  size_t straight = FN(block_columns)(product->n, product->k);
  size_t turned = FN(block_columns)(product->m, product->k);
  size_t columns = straight > turned ? straight : turned;
  return (columns + TILE_ROWS_PADDED) * k * sizeof(T) + 64;
}

static size_t FN(product_split)(const LKProduct *product, size_t parts, int *split_rows) {
  FN(plan) plan = FN(plan_product)(product);
  if (parts == 0) parts = 1;
  // Pieces of the broadcast rows each stream their own share of the large operand; only where
  // those rows are few are the packed columns cut.
  int cut_rows = plan.rows >= parts * TILE_ROWS || plan.rows / parts * 2 >= plan.columns / parts;
  size_t size = cut_rows ? plan.rows : plan.columns, unit = cut_rows ? TILE_ROWS : LANES;
  *split_rows = cut_rows != plan.turned;
  size_t piece = (size + parts - 1) / parts;
  size_t rounded = (piece + unit - 1) / unit * unit;
  // Whole tiles, unless that makes the pieces unequal by more than a partial tile costs.
  if (cut_rows && rounded * 100 > piece * 103) return piece ? piece : 1;
  return rounded ? rounded : 1;
}
