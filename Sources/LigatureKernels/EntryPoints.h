// Every function of the kernels that depends on the instruction set, once:
//
//     LK_ENTRY(result, name, (parameters), (arguments))
//
// Whoever includes this defines LK_ENTRY first. The list becomes the fields of `LKKernels`, a level's
// table and, with `type` put in front of the parameters, the public functions `lk_name`, whose
// documentation is in LigatureKernels.h.
//
// LK_INNER_ENTRY, the same, is for those that have no public function of this form; it is optional.
// Maps and zips, which are tables in the table, are listed in Maps.h and Zips.h.

#ifndef LK_INNER_ENTRY
#define LK_INNER_ENTRY(result, name, parameters, arguments)
#endif

LK_ENTRY(size_t, product_workspace, (const LKProduct *product), (product))
LK_ENTRY(void, product, (const LKProduct *product, void *workspace), (product, workspace))
LK_ENTRY(size_t, product_split, (const LKProduct *product, size_t parts, int *split_rows),
         (product, parts, split_rows))

LK_ENTRY(size_t, convolution_packed, (const LKConvolution *c, LKConvolutionWay way), (c, way))
LK_ENTRY(void, convolution_pack,
         (const LKConvolution *c, LKConvolutionWay way, const void *filters, void *packed),
         (c, way, filters, packed))
LK_ENTRY(size_t, convolution_workspace,
         (const LKConvolution *c, LKConvolutionWay way, size_t parts), (c, way, parts))
LK_ENTRY(void, convolution,
         (const LKConvolution *c, LKConvolutionWay way, const void *source, const void *packed,
          const void *bias, void *target, int accumulate, size_t parts, size_t first, size_t count,
          void *workspace),
         (c, way, source, packed, bias, target, accumulate, parts, first, count, workspace))
LK_ENTRY(size_t, convolution_shares, (const LKConvolution *c), (c))
LK_ENTRY(size_t, convolution_sections, (const LKConvolution *c), (c))
LK_ENTRY(size_t, convolution_weights_workspace, (const LKConvolution *c), (c))
LK_ENTRY(void, convolution_weights,
         (const LKConvolution *c, size_t share, size_t first_section, size_t section_count,
          const void *x, const void *dy, void *dw, void *workspace),
         (c, share, first_section, section_count, x, dy, dw, workspace))

LK_ENTRY(void, pool_places,
         (const LKPooling *p, size_t first, size_t count, const void *x, int64_t *places),
         (p, first, count, x, places))
LK_ENTRY(void, take_places,
         (size_t rows, size_t channels, size_t pixels, size_t places, const int64_t *indices,
          const void *x, void *y, int accumulate),
         (rows, channels, pixels, places, indices, x, y, accumulate))
LK_ENTRY(void, add_places,
         (size_t rows, size_t channels, size_t pixels, size_t places, const int64_t *indices,
          const void *y, void *x),
         (rows, channels, pixels, places, indices, y, x))

LK_ENTRY(void, activation_gradient,
         (LKActivation activation, double parameter, size_t rows, size_t columns, ptrdiff_t stride,
          const void *y, const void *dy, void *dz, void *dbias, int accumulate_bias),
         (activation, parameter, rows, columns, stride, y, dy, dz, dbias, accumulate_bias))
LK_ENTRY(void, multiply3,
         (size_t n, const void *a, ptrdiff_t a_stride, const void *b, ptrdiff_t b_stride,
          const void *c, ptrdiff_t c_stride, void *out, int accumulate),
         (n, a, a_stride, b, b_stride, c, c_stride, out, accumulate))
LK_ENTRY(void, add_scaled, (size_t n, double alpha, const void *x, void *y), (n, alpha, x, y))

LK_ENTRY(void, arg_extreme,
         (int smallest, size_t outer, size_t n, size_t inner, const void *x, int64_t *out),
         (smallest, outer, n, inner, x, out))
LK_ENTRY(double, dot, (size_t n, const void *a, const void *b), (n, a, b))
LK_ENTRY(int, all_within, (size_t n, double low, double high, const void *x), (n, low, high, x))
LK_ENTRY(void, softmax, (int logarithm, size_t rows, size_t columns, const void *x, void *y),
         (logarithm, rows, columns, x, y))
LK_ENTRY(void, softmax_gradient,
         (int logarithm, size_t rows, size_t columns, const void *y, const void *dy, void *dx,
          int accumulate),
         (logarithm, rows, columns, y, dy, dx, accumulate))
LK_ENTRY(void, normalize_rows,
         (size_t rows, size_t columns, double epsilon, const void *x, void *y, void *mean,
          void *inverse),
         (rows, columns, epsilon, x, y, mean, inverse))
LK_ENTRY(void, normalize_rows_gradient,
         (size_t rows, size_t columns, const void *y, const void *inverse, const void *dy, void *dx,
          int accumulate),
         (rows, columns, y, inverse, dy, dx, accumulate))
LK_ENTRY(void, channel_moments, (size_t places, size_t channels, const void *x, void *moments),
         (places, channels, x, moments))
LK_ENTRY(void, merge_moments,
         (size_t places, size_t chunk, size_t groups, size_t depth, const void *moments,
          void *statistics),
         (places, chunk, groups, depth, moments, statistics))
LK_ENTRY(void, normalize_channels,
         (size_t places, size_t channels, double epsilon, const void *x, const void *statistics,
          const void *scale, const void *offset, void *y),
         (places, channels, epsilon, x, statistics, scale, offset, y))
LK_ENTRY(void, channel_slopes,
         (size_t places, size_t channels, const void *x, const void *dy, const void *statistics,
          void *sums),
         (places, channels, x, dy, statistics, sums))
LK_ENTRY(void, merge_slopes,
         (size_t places, size_t chunk, size_t groups, size_t depth, double epsilon,
          const void *sums, const void *statistics, const void *scale, void *slopes,
          void *parameters),
         (places, chunk, groups, depth, epsilon, sums, statistics, scale, slopes, parameters))
LK_ENTRY(void, normalize_channels_gradient,
         (size_t places, size_t channels, double epsilon, const void *x, const void *dy,
          const void *statistics, const void *scale, const void *slopes, void *dx, int accumulate),
         (places, channels, epsilon, x, dy, statistics, scale, slopes, dx, accumulate))

LK_ENTRY(size_t, attention_workspace, (const LKAttention *a), (a))
LK_ENTRY(void, attention,
         (const LKAttention *a, size_t first, size_t count, const void *queries, const void *keys,
          const void *values, void *out, void *statistics, void *workspace),
         (a, first, count, queries, keys, values, out, statistics, workspace))
LK_ENTRY(size_t, attention_gradient_workspace, (const LKAttention *a), (a))
LK_ENTRY(void, attention_gradient,
         (const LKAttention *a, const void *queries, const void *keys, const void *values,
          const void *out, const void *statistics, const void *dy, void *dq, void *dk, void *dv,
          void *workspace),
         (a, queries, keys, values, out, statistics, dy, dq, dk, dv, workspace))

LK_ENTRY(LKRecurrenceLayout, recurrence_layout, (const LKRecurrence *r), (r))
LK_ENTRY(void, recurrence_pack,
         (const LKRecurrence *r, const void *weights, const void *recurrent, const void *bias,
          const void *recurrent_bias, void *combined, void *forward, void *state, void *input),
         (r, weights, recurrent, bias, recurrent_bias, combined, forward, state, input))
LK_ENTRY(void, recurrence_unpack,
         (const LKRecurrence *r, void *combined, void *weights, void *recurrent, void *bias,
          void *recurrent_bias, int accumulate),
         (r, combined, weights, recurrent, bias, recurrent_bias, accumulate))
LK_ENTRY(void, recurrence_forward, (const LKRecurrence *r, const void *packed_forward),
         (r, packed_forward))
LK_ENTRY(void, recurrence_backward,
         (const LKRecurrence *r, const LKRecurrenceGradients *g, void *workspace),
         (r, g, workspace))

LK_ENTRY(double, binary_cross_entropy_logits,
         (size_t n, const void *z, const void *t, double scale, void *gradient),
         (n, z, t, scale, gradient))
LK_ENTRY(double, binary_cross_entropy,
         (size_t n, const void *p, const void *t, double epsilon, double scale, void *gradient),
         (n, p, t, epsilon, scale, gradient))
LK_ENTRY(double, squared_error,
         (size_t n, const void *a, const void *b, double scale, void *gradient),
         (n, a, b, scale, gradient))

LK_ENTRY(void, random_uniform,
         (uint64_t key, uint64_t stream, uint64_t first, size_t n, double low, double high,
          void *out),
         (key, stream, first, n, low, high, out))
LK_ENTRY(void, random_normal,
         (uint64_t key, uint64_t stream, uint64_t first, size_t n, double mean, double deviation,
          void *out),
         (key, stream, first, n, mean, deviation, out))
LK_ENTRY(void, random_mask,
         (uint64_t key, uint64_t stream, uint64_t first, size_t n, double keep, double value,
          void *out),
         (key, stream, first, n, keep, value, out))

LK_ENTRY(void, adam,
         (size_t n, const LKAdam *settings, const void *gradient, void *w, void *m, void *v),
         (n, settings, gradient, w, m, v))
LK_ENTRY(void, adamax,
         (size_t n, const LKAdam *settings, const void *gradient, void *w, void *m, void *u),
         (n, settings, gradient, w, m, u))
LK_ENTRY(void, lion,
         (size_t n, const LKAdam *settings, const void *gradient, void *w, void *m),
         (n, settings, gradient, w, m))
LK_ENTRY(void, momentum,
         (size_t n, double learn_rate, double momentum, int nesterov, double l2,
          double gradient_scale, const void *gradient, void *w, void *velocity),
         (n, learn_rate, momentum, nesterov, l2, gradient_scale, gradient, w, velocity))
LK_ENTRY(void, rmsprop,
         (size_t n, double learn_rate, double decay, double epsilon, double l2,
          double gradient_scale, const void *gradient, void *w, void *v),
         (n, learn_rate, decay, epsilon, l2, gradient_scale, gradient, w, v))

LK_ENTRY(double, peak_loop, (size_t iterations), (iterations))

LK_INNER_ENTRY(void, copy_plane, (const LKPlane *plane, int accumulate), (plane, accumulate))
LK_INNER_ENTRY(void, add_rows, (size_t n, const void *x, void *y), (n, x, y))
LK_INNER_ENTRY(void, random_block,
               (uint64_t key, uint64_t stream, uint64_t index, uint32_t out[4]),
               (key, stream, index, out))

#undef LK_ENTRY
#undef LK_INNER_ENTRY
