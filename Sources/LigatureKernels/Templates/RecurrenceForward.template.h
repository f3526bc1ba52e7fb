// A recurrent layer over the whole sequence.

/// The input and the 1 beside the state. Padding counts as zeros, whatever it holds.
LK_INLINE void FN(fill_operand)(const LKRecurrence *r, const LKRecurrenceLayout *layout,
                                FN(rows) rows, size_t time, T *operand) {
  const T *x = (const T *)r->x + (ptrdiff_t)time * r->x_step + (ptrdiff_t)rows.first * r->x_row;
  T *to = operand + layout->hidden;
  for (size_t i = 0; i < rows.count; ++i, x += r->x_row, to += layout->width) {
    if (FN(is_padding)(r, rows.first + i, time)) memset(to, 0, r->features * sizeof(T));
    else if (r->features == 1) to[0] = x[0];
    else memcpy(to, x, r->features * sizeof(T));
    to[r->features] = 1;
  }
}

LK_INLINE void FN(cell_rows)(LKCell cell, const LKRecurrence *r, const LKRecurrenceLayout *layout,
                             FN(rows) rows, size_t time, T *columns, const T *operand,
                             T *next_operand, const T *memory, T *next_memory) {
  const size_t hidden = layout->hidden;
  for (size_t i = 0; i < rows.count; ++i) {
    const T *state = operand + i * layout->width;
    T *next = next_operand + i * layout->width;
    if (FN(is_padding)(r, rows.first + i, time)) {
      memcpy(next, state, hidden * sizeof(T));
      if (memory) memcpy(next_memory + i * hidden, memory + i * hidden, hidden * sizeof(T));
    } else {
      FN(cell_row)(cell, hidden, columns + i * layout->columns, state, FN(row)(memory, i, hidden),
                   next, FN(row)(next_memory, i, hidden));
    }
  }
}

/// One step of some rows.
static void FN(forward_step)(const LKRecurrence *r, const LKRecurrenceLayout *layout,
                             FN(rows) rows, size_t s, const T *weights, FN(fetch) *ahead) {
  const size_t time = FN(time_of)(r, s), hidden = layout->hidden;
  // Without a way back two steps are enough, and take turns.
  const size_t here = (r->keeps ? s : s % 2) * r->rows + rows.first;
  const size_t next = (r->keeps ? s + 1 : (s + 1) % 2) * r->rows + rows.first;
  T *operand = (T *)r->operands + here * layout->width;
  T *next_operand = (T *)r->operands + next * layout->width;
  T *columns = (T *)r->gates + ((r->keeps ? s : 0) * r->rows + rows.first) * layout->columns;
  FN(fill_operand)(r, layout, rows, time, operand);
  if (!FN(all_padding)(r, rows, time)) {
    const size_t known = s == 0 && !r->state ? hidden : 0;
    FN(panel_product)(rows.count, known, layout->operand, layout->columns, operand,
                      (ptrdiff_t)layout->width, weights, columns, (ptrdiff_t)layout->columns, 0,
                      ahead);
  }
  LK_FOR_CELL(r->cell, FN(cell_rows), r, layout, rows, time, columns, operand, next_operand,
              FN(row)(r->memories, here, hidden), FN(row)(r->memories, next, hidden));
  if (!r->output) return;
  T *output = FN(at)(r->output, rows.first, r->output_row, time, r->output_step);
  for (size_t i = 0; i < rows.count; ++i) {
    const int is_padding = FN(is_padding)(r, rows.first + i, time);
    FN(copy_rows)(1, r->hidden, is_padding ? NULL : next_operand + i * layout->width, 0,
                  output + (ptrdiff_t)i * r->output_row, 0);
  }
}

static void FN(recurrence_forward)(const LKRecurrence *r, const void *weights) {
  const LKRecurrenceLayout layout = FN(layout)(r);
  const size_t rows = r->rows, hidden = layout.hidden;
  const ptrdiff_t stored = (ptrdiff_t)r->hidden, width = (ptrdiff_t)layout.width;
  T *operands = r->operands, *memories = r->memories;
  memset(operands, 0, rows * layout.width * sizeof(T));
  FN(copy_rows)(rows, r->hidden, r->state, stored, operands, width);
  if (memories) {
    memset(memories, 0, rows * hidden * sizeof(T));
    FN(copy_rows)(rows, r->hidden, r->memory, stored, memories, (ptrdiff_t)hidden);
  }
  const size_t height = FN(step_height)(rows, layout.packed_forward);
  const size_t tiles = FN(tile_count)(rows, layout.columns);
  for (size_t s = 0; s < r->steps; ++s) {
    FN(fetch) ahead = {.for_writing = 1};
    if (r->keeps && s + 1 < r->steps) {
      FN(fetch_rows)(&ahead, r->gates, (s + 1) * rows, rows, layout.columns, tiles);
    }
    for (size_t first = 0; first < rows; first += height) {
      FN(forward_step)(r, &layout, FN(rows_from)(first, height, rows), s, weights, &ahead);
    }
  }
  const size_t last = r->keeps ? r->steps : r->steps % 2;
  FN(copy_rows)(rows, r->hidden, operands + last * rows * layout.width, width, r->final_state,
                stored);
  if (memories) {
    FN(copy_rows)(rows, r->hidden, memories + last * rows * hidden, (ptrdiff_t)hidden,
                  r->final_memory, stored);
  }
}
