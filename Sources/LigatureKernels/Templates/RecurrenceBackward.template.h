// The way back of a recurrent layer.

LK_INLINE void FN(cell_rows_back)(LKCell cell, const LKRecurrence *r,
                                  const LKRecurrenceLayout *layout, FN(rows) rows, size_t time,
                                  const T *columns, const T *operand, const T *memory,
                                  const T *d_output, ptrdiff_t d_output_row, T *d_state,
                                  T *d_memory, T *d_columns) {
  const size_t hidden = layout->hidden;
  for (size_t i = 0; i < rows.count; ++i) {
    T *d = d_state + i * hidden, *to = d_columns + i * layout->gradient_row;
    if (FN(is_padding)(r, rows.first + i, time)) {
      memset(to, 0, layout->columns * sizeof(T));
      continue;
    }
    if (d_output) {
      const T *from = d_output + (ptrdiff_t)i * d_output_row;
      LK_EACH_VECTOR(r->hidden, FN(store)(d + i, FN(load)(d + i) + FN(take)(from + i, left)););
    }
    const T *state = operand + i * layout->width, *next_state = state + r->rows * layout->width;
    FN(cell_row_back)(cell, hidden, columns + i * layout->columns, state,
                      FN(row)(memory, i, hidden), next_state, d, d_memory + i * hidden, to);
  }
}

/// What the forward kept of the step before step `s`, to be asked for during so many tiles.
LK_INLINE FN(fetch) FN(fetch_step_before)(const LKRecurrence *r, const LKRecurrenceLayout *layout,
                                          size_t s, size_t tiles) {
  FN(fetch) fetch = {.for_writing = 0};
  if (s == 0) return fetch;
  const size_t rows = r->rows, first = (s - 1) * rows;
  FN(fetch_rows)(&fetch, r->gates, first, rows, layout->columns, tiles);
  FN(fetch_rows)(&fetch, r->memories, first, rows, layout->hidden, tiles);
  FN(fetch_rows)(&fetch, r->operands, first, rows, layout->width, tiles);
  return fetch;
}

/// What the way back works in: for each row the gradients of its state and memory, room for that of
/// its input, and the gradients of the sums of some steps.
typedef struct FN(back_buffers) {
  T *d_state, *d_memory, *d_x, *d_columns;
} FN(back_buffers);

LK_INLINE FN(back_buffers) FN(back_buffers_in)(const LKRecurrence *r,
                                               const LKRecurrenceLayout *layout, T *workspace) {
  FN(back_buffers) buffers = {.d_state = workspace};
  buffers.d_memory = buffers.d_state + r->rows * layout->hidden;
  buffers.d_x = buffers.d_memory + r->rows * layout->hidden;
  buffers.d_columns = buffers.d_x + r->rows * (layout->width - layout->hidden);
  return buffers;
}

/// One step of some rows. The gradients of their sums go to the place that step `s` has among those
/// from `start` on.
static void FN(backward_step)(const LKRecurrence *r, const LKRecurrenceGradients *g,
                              const LKRecurrenceLayout *layout, FN(rows) rows, size_t s,
                              size_t start, const FN(back_buffers) *buffers, FN(fetch) *ahead) {
  const size_t time = FN(time_of)(r, s), hidden = layout->hidden;
  const size_t here = s * r->rows + rows.first;
  const ptrdiff_t row_of = (ptrdiff_t)layout->gradient_row;
  T *d_columns =
      buffers->d_columns + ((s - start) * r->rows + rows.first) * layout->gradient_row;
  T *d_state = buffers->d_state + rows.first * hidden;
  const T *d_output = FN(at)(g->d_output, rows.first, g->d_output_row, time, g->d_output_step);
  LK_FOR_CELL(r->cell, FN(cell_rows_back), r, layout, rows, time,
              FN(row)(r->gates, here, layout->columns), FN(row)(r->operands, here, layout->width),
              FN(row)(r->memories, here, hidden), d_output, g->d_output_row, d_state,
              buffers->d_memory + rows.first * hidden, d_columns);
  if (!FN(all_padding)(r, rows, time) && (s > 0 || g->d_state)) {
    FN(panel_product)(rows.count, 0, layout->columns, hidden, d_columns, row_of, g->packed_state,
                      d_state, (ptrdiff_t)hidden, 1, ahead);
  }
  if (g->d_x) {
    const size_t across = (r->features + LANES - 1) / LANES * LANES;
    FN(panel_product)(rows.count, 0, layout->columns, across, d_columns, row_of, g->packed_input,
                      buffers->d_x, (ptrdiff_t)across, 0, ahead);
    FN(copy_rows)(rows.count, r->features, buffers->d_x, (ptrdiff_t)across,
                  FN(at)(g->d_x, rows.first, g->d_x_row, time, g->d_x_step), g->d_x_row);
  }
}

static void FN(recurrence_backward)(const LKRecurrence *r, const LKRecurrenceGradients *g,
                                    void *workspace) {
  const LKRecurrenceLayout layout = FN(layout)(r);
  const size_t rows = r->rows, hidden = layout.hidden;
  const ptrdiff_t stored = (ptrdiff_t)r->hidden, padded = (ptrdiff_t)hidden;
  const FN(back_buffers) buffers = FN(back_buffers_in)(r, &layout, workspace);
  memset(buffers.d_state, 0, rows * hidden * sizeof(T));
  memset(buffers.d_memory, 0, rows * hidden * sizeof(T));
  FN(copy_rows)(rows, r->hidden, g->d_final_state, stored, buffers.d_state, padded);
  FN(copy_rows)(rows, r->hidden, g->d_final_memory, stored, buffers.d_memory, padded);
  if (g->d_weights) memset(g->d_weights, 0, layout.operand * layout.columns * sizeof(T));

  const size_t height = FN(step_height)(rows, layout.packed_state);
  const size_t tiles = FN(tile_count)(rows, hidden);
  const size_t sum_tiles = g->d_weights ? FN(tile_count)(layout.operand, layout.columns) : 0;
  for (size_t end = r->steps; end > 0;) {
    const size_t start = end > layout.chunk ? end - layout.chunk : 0;
    FN(fetch) ahead = {0};
    for (size_t s = end; s-- > start;) {
      ahead = FN(fetch_step_before)(r, &layout, s, s > start ? tiles : tiles + sum_tiles);
      for (size_t first = 0; first < rows; first += height) {
        FN(backward_step)(r, g, &layout, FN(rows_from)(first, height, rows), s, start, &buffers,
                          &ahead);
      }
    }
    if (g->d_weights) {
      FN(add_weight_gradient)(r, &layout, end - start,
                              FN(row)(r->operands, start * rows, layout.width), buffers.d_columns,
                              g->d_weights, &ahead);
    }
    end = start;
  }
  if (g->d_state) FN(copy_rows)(rows, r->hidden, buffers.d_state, padded, g->d_state, stored);
  if (g->d_memory) FN(copy_rows)(rows, r->hidden, buffers.d_memory, padded, g->d_memory, stored);
}
