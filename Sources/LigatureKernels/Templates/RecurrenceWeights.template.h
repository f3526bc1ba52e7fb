// The one matrix [recurrent weights; weights; bias] of a recurrent layer, and its panels.

/// Packs a matrix of `k` x `columns`, given by its strides, into panels of two vectors.
static void FN(pack_matrix)(size_t k, size_t columns, const T *source, ptrdiff_t step,
                            ptrdiff_t across, T *panels) {
  for (size_t j = 0; j < columns; j += TILE_COLUMNS) {
    size_t count = columns - j < TILE_COLUMNS ? columns - j : TILE_COLUMNS;
    FN(pack)(k, count, source + (ptrdiff_t)j * across, step, across, panels + j * k,
             count > LANES ? TILE_COLUMNS : LANES);
  }
}

/// Between the caller's matrices and the combined one.
typedef enum FN(direction) { FN(combine), FN(write_part), FN(add_part) } FN(direction);

/// Moves `rows` rows of all gates of a matrix of the caller, if there is one. `below` is the first
/// of them in the combined matrix. The GRU's candidate has a block for the input and one for the
/// state.
static void FN(move_part)(FN(direction) direction, const LKRecurrence *r, T *combined, T *part,
                          size_t rows, size_t below, int of_state) {
  if (!part) return;
  const LKRecurrenceLayout layout = FN(recurrence_layout)(r);
  const size_t gates = r->cell == LK_CELL_LSTM ? 4 : r->cell == LK_CELL_GRU ? 3 : 1;
  for (size_t row = 0; row < rows; ++row) {
    for (size_t gate = 0; gate < gates; ++gate) {
      size_t block = r->cell == LK_CELL_GRU && gate == 2 && of_state ? 3 : gate;
      T *inside = combined + (below + row) * layout.columns + block * layout.hidden;
      T *outside = part + (row * gates + gate) * r->hidden;
      if (direction == FN(combine)) memcpy(inside, outside, r->hidden * sizeof(T));
      if (direction == FN(write_part)) memcpy(outside, inside, r->hidden * sizeof(T));
      if (direction == FN(add_part)) {
        for (size_t j = 0; j < r->hidden; ++j) outside[j] += inside[j];
      }
    }
  }
}

static void FN(move_parts)(FN(direction) direction, const LKRecurrence *r, T *combined, T *weights,
                           T *recurrent, T *bias, T *recurrent_bias) {
  const LKRecurrenceLayout layout = FN(recurrence_layout)(r);
  FN(move_part)(direction, r, combined, recurrent, r->hidden, 0, 1);
  FN(move_part)(direction, r, combined, weights, r->features, layout.hidden, 0);
  FN(move_part)(direction, r, combined, bias, 1, layout.operand - 1, 0);
  if (!recurrent_bias) return;
  // One row of one gate: that of the last block, for a cell of one gate that has it first.
  LKRecurrence one = *r;
  one.cell = LK_CELL_TANH;
  T *last = combined + (layout.operand - 1) * layout.columns + 3 * layout.hidden;
  FN(move_part)(direction, &one, last, recurrent_bias, 1, 0, 0);
}

static void FN(recurrence_pack)(const LKRecurrence *r, const void *weights, const void *recurrent,
                                const void *bias, const void *recurrent_bias, void *combined_,
                                void *forward, void *state, void *input) {
  const LKRecurrenceLayout layout = FN(recurrence_layout)(r);
  const ptrdiff_t columns = (ptrdiff_t)layout.columns;
  T *combined = combined_;
  memset(combined, 0, layout.operand * layout.columns * sizeof(T));
  // Only read in this direction.
  FN(move_parts)(FN(combine), r, combined, (T *)weights, (T *)recurrent, (T *)bias,
                 (T *)recurrent_bias);
  // -0 becomes 0. The bias is what a sum ends with, so that none is -0: padding, of which other
  // levels have more or less, adds zeros, and would make it 0.
  T *last = combined + (layout.operand - 1) * layout.columns;
  for (size_t j = 0; j < layout.columns; ++j) last[j] += 0;
  FN(pack_matrix)(layout.operand, layout.columns, combined, columns, 1, forward);
  if (state) FN(pack_matrix)(layout.columns, layout.hidden, combined, 1, columns, state);
  if (input) {
    const T *below = combined + layout.hidden * layout.columns;
    FN(pack_matrix)(layout.columns, r->features, below, 1, columns, input);
  }
}

static void FN(recurrence_unpack)(const LKRecurrence *r, void *combined, void *weights,
                                  void *recurrent, void *bias, void *recurrent_bias,
                                  int accumulate) {
  FN(move_parts)(accumulate ? FN(add_part) : FN(write_part), r, combined, weights, recurrent, bias,
                 recurrent_bias);
}
