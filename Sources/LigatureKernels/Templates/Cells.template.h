// What recurrent cells do at one time step once their product is known: gates, memory and output,
// and the backward pass.
//
// A cell's columns, each block as wide as the padded hidden size:
//   LSTM (Hochreiter and Schmidhuber 1997; Gers et al. 2000)   input, forget, candidate, output
//   GRU  (Cho et al. 2014, reset after the product)            reset, update, candidate from the
//                                                              input, candidate from the state
//   plain                                                      the sum itself
// Going forward, columns hold sums and are overwritten by what the backward pass needs: the
// activated gates, and of the GRU the candidate in place of its input's part.

/// Column blocks of a cell.
LK_INLINE size_t FN(cell_blocks)(LKCell cell) {
  return cell == LK_CELL_LSTM || cell == LK_CELL_GRU ? 4 : 1;
}

/// Turns sums into gates, in place. A function of its own, so that its constants have all registers.
static __attribute__((noinline)) void FN(open_gates)(size_t count, T *sums) {
  for (size_t j = 0; j < count; j += LANES) {
    FN(store)(sums + j, FN(cell_sigmoid)(FN(load)(sums + j)));
  }
}

/// One row, one step. `memory` and `next_memory` are those of the LSTM only.
///
/// In several short loops, of so few instructions that the processor has many vectors in flight.
LK_INLINE void FN(cell_row)(LKCell cell, size_t hidden, T *columns, const T *state,
                            const T *memory, T *next_state, T *next_memory) {
  T *first = columns, *second = first + hidden, *third = second + hidden, *fourth = third + hidden;
  if (cell == LK_CELL_LSTM || cell == LK_CELL_GRU) FN(open_gates)(2 * hidden, first);
  if (cell == LK_CELL_LSTM) {
    FN(open_gates)(hidden, fourth);
    for (size_t j = 0; j < hidden; j += LANES) {
      V candidate = FN(cell_tanh)(FN(load)(third + j));
      FN(store)(third + j, candidate);
      V added = FN(load)(first + j) * candidate;
      FN(store)(next_memory + j, FN(fma)(FN(load)(second + j), FN(load)(memory + j), added));
    }
  }
  for (size_t j = 0; j < hidden; j += LANES) {
    V next;
    if (cell == LK_CELL_LSTM) {
      next = FN(load)(fourth + j) * FN(cell_tanh)(FN(load)(next_memory + j));
    } else if (cell == LK_CELL_GRU) {
      V candidate =
          FN(cell_tanh)(FN(fma)(FN(load)(first + j), FN(load)(fourth + j), FN(load)(third + j)));
      FN(store)(third + j, candidate);
      next = FN(fma)(FN(load)(second + j), FN(load)(state + j) - candidate, candidate);
    } else {
      V sum = FN(load)(first + j);
      next = cell == LK_CELL_TANH ? FN(cell_tanh)(sum) : FN(positive_part)(sum);
      FN(store)(first + j, next);
    }
    FN(store)(next_state + j, next);
  }
}

/// The backward pass of one row and step. `d_state` comes in as the gradient of the state after the
/// step; the GRU leaves there that part of the gradient of the state before it which does not pass
/// through the product. `d_memory`, the LSTM's, comes in as the gradient of the memory after the step
/// and leaves as that of the memory before it. `d_columns` gets the gradient of the sums. What the
/// step squashed its memory to is its state divided by the output gate, which is never zero.
LK_INLINE void FN(cell_row_back)(LKCell cell, size_t hidden, const T *columns, const T *state,
                                 const T *memory, const T *next_state, T *d_state, T *d_memory,
                                 T *d_columns) {
  const T *first = columns, *second = first + hidden, *third = second + hidden,
          *fourth = third + hidden;
  for (size_t j = 0; j < hidden; j += LANES) {
    V d = FN(load)(d_state + j);
    T *to = d_columns + j;
    if (cell == LK_CELL_LSTM) {
      V input = FN(load)(first + j), forget = FN(load)(second + j);
      V candidate = FN(load)(third + j), output = FN(load)(fourth + j);
      V squashed = FN(load)(next_state + j) / output;
      V d_kept = FN(fma)(d * output, FN(tanh_slope)(squashed), FN(load)(d_memory + j));
      FN(store)(to, d_kept * candidate * (input * (1 - input)));
      FN(store)(to + hidden, d_kept * FN(load)(memory + j) * (forget * (1 - forget)));
      FN(store)(to + 2 * hidden, d_kept * input * FN(tanh_slope)(candidate));
      FN(store)(to + 3 * hidden, d * squashed * (output * (1 - output)));
      FN(store)(d_memory + j, d_kept * forget);
    } else if (cell == LK_CELL_GRU) {
      V reset = FN(load)(first + j), update = FN(load)(second + j);
      V candidate = FN(load)(third + j), part = FN(load)(fourth + j);
      V d_sum = d * (1 - update) * FN(tanh_slope)(candidate);
      FN(store)(to, d_sum * part * (reset * (1 - reset)));
      FN(store)(to + hidden, d * (FN(load)(state + j) - candidate) * (update * (1 - update)));
      FN(store)(to + 2 * hidden, d_sum);
      FN(store)(to + 3 * hidden, d_sum * reset);
      FN(store)(d_state + j, d * update);
    } else {
      V next = FN(load)(first + j);
      FN(store)(to, cell == LK_CELL_TANH ? d * FN(tanh_slope)(next) : FN(through_relu)(next, d));
    }
  }
}

#undef LK_FOR_CELL
/// Calls a function that takes the kind of cell first with that kind as a constant.
#define LK_FOR_CELL(cell, function, ...)                                   \
  switch (cell) {                                                          \
    case LK_CELL_LSTM: function(LK_CELL_LSTM, __VA_ARGS__); break;         \
    case LK_CELL_GRU: function(LK_CELL_GRU, __VA_ARGS__); break;           \
    case LK_CELL_TANH: function(LK_CELL_TANH, __VA_ARGS__); break;         \
    case LK_CELL_RELU: function(LK_CELL_RELU, __VA_ARGS__); break;         \
  }
