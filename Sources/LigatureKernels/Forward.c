// The public functions that compute: each finds its kernel in the table of the level in use.

#include "Kernels.h"

size_t lk_product_workspace(LKScalar type, const LKProduct *product) {
  return lk_kernels(type)->product_workspace(product);
}

void lk_product(LKScalar type, const LKProduct *product, void *workspace) {
  lk_kernels(type)->product(product, workspace);
}

size_t lk_product_split(LKScalar type, const LKProduct *product, size_t parts, int *split_rows) {
  return lk_kernels(type)->product_split(product, parts, split_rows);
}

void lk_map(LKScalar type, LKMap op, size_t n, const void *x, void *y, double p, double q) {
  lk_kernels(type)->map[op](n, x, y, p, q);
}

void lk_map_gradient(LKScalar type, LKMap op, size_t n, const void *x, const void *y,
                     const void *dy, void *dx, double p, double q, int accumulate) {
  lk_kernels(type)->map_gradient[op](n, x, y, dy, dx, p, q, accumulate);
}

int lk_map_gradient_reads_input(LKMap op) {
  switch (op) {
    case LK_EXP:
    case LK_EXPM1:
    case LK_SQRT:
    case LK_RECIPROCAL:
    case LK_TANH:
    case LK_SIGMOID:
    case LK_RELU:
    case LK_LEAKY_RELU: return 0;
    default: return 1;
  }
}

void lk_activation_gradient(LKScalar type, LKActivation activation, double parameter, size_t rows,
                            size_t columns, ptrdiff_t stride, const void *y, const void *dy,
                            void *dz, void *dbias, int accumulate_bias) {
  lk_kernels(type)->activation_gradient(activation, parameter, rows, columns, stride, y, dy, dz,
                                        dbias, accumulate_bias);
}

void lk_multiply3(LKScalar type, size_t n, const void *a, ptrdiff_t a_stride, const void *b,
                  ptrdiff_t b_stride, const void *c, ptrdiff_t c_stride, void *out,
                  int accumulate) {
  lk_kernels(type)->multiply3(n, a, a_stride, b, b_stride, c, c_stride, out, accumulate);
}

void lk_add_scaled(LKScalar type, size_t n, double alpha, const void *x, void *y) {
  lk_kernels(type)->add_scaled(n, alpha, x, y);
}

void lk_reduce(LKScalar type, LKReduction op, size_t outer, size_t n, size_t inner, const void *x,
               void *out, int accumulate) {
  lk_kernels(type)->reduce[op](outer, n, inner, x, out, accumulate);
}

void lk_arg_extreme(LKScalar type, int smallest, size_t outer, size_t n, size_t inner,
                    const void *x, int64_t *out) {
  lk_kernels(type)->arg_extreme(smallest, outer, n, inner, x, out);
}

double lk_dot(LKScalar type, size_t n, const void *a, const void *b) {
  return lk_kernels(type)->dot(n, a, b);
}

int lk_all_finite(LKScalar type, size_t n, const void *x) {
  return lk_kernels(type)->all_finite(n, x);
}

void lk_softmax(LKScalar type, int logarithm, size_t rows, size_t columns, const void *x,
                void *y) {
  lk_kernels(type)->softmax(logarithm, rows, columns, x, y);
}

void lk_softmax_gradient(LKScalar type, int logarithm, size_t rows, size_t columns, const void *y,
                         const void *dy, void *dx, int accumulate) {
  lk_kernels(type)->softmax_gradient(logarithm, rows, columns, y, dy, dx, accumulate);
}

void lk_normalize_rows(LKScalar type, size_t rows, size_t columns, double epsilon, const void *x,
                       void *y, void *mean, void *inverse) {
  lk_kernels(type)->normalize_rows(rows, columns, epsilon, x, y, mean, inverse);
}

void lk_normalize_rows_gradient(LKScalar type, size_t rows, size_t columns, const void *y,
                                const void *inverse, const void *dy, void *dx, int accumulate) {
  lk_kernels(type)->normalize_rows_gradient(rows, columns, y, inverse, dy, dx, accumulate);
}

LKRecurrenceLayout lk_recurrence_layout(LKScalar type, const LKRecurrence *r) {
  return lk_kernels(type)->recurrence_layout(r);
}

void lk_recurrence_pack(LKScalar type, const LKRecurrence *r, const void *weights,
                        const void *recurrent, const void *bias, const void *recurrent_bias,
                        void *combined, void *forward, void *state, void *input) {
  lk_kernels(type)->recurrence_pack(r, weights, recurrent, bias, recurrent_bias, combined, forward,
                                    state, input);
}

void lk_recurrence_unpack(LKScalar type, const LKRecurrence *r, void *combined, void *weights,
                          void *recurrent, void *bias, void *recurrent_bias, int accumulate) {
  lk_kernels(type)->recurrence_unpack(r, combined, weights, recurrent, bias, recurrent_bias,
                                      accumulate);
}

void lk_recurrence_forward(LKScalar type, const LKRecurrence *r, const void *packed_forward) {
  lk_kernels(type)->recurrence_forward(r, packed_forward);
}

void lk_recurrence_backward(LKScalar type, const LKRecurrence *r, const LKRecurrenceGradients *g,
                            void *workspace) {
  lk_kernels(type)->recurrence_backward(r, g, workspace);
}

double lk_binary_cross_entropy_logits(LKScalar type, size_t n, const void *z, const void *t,
                                      double scale, void *gradient) {
  return lk_kernels(type)->binary_cross_entropy_logits(n, z, t, scale, gradient);
}

double lk_binary_cross_entropy(LKScalar type, size_t n, const void *p, const void *t,
                               double epsilon, double scale, void *gradient) {
  return lk_kernels(type)->binary_cross_entropy(n, p, t, epsilon, scale, gradient);
}

double lk_squared_error(LKScalar type, size_t n, const void *a, const void *b, double scale,
                        void *gradient) {
  return lk_kernels(type)->squared_error(n, a, b, scale, gradient);
}

void lk_random_uniform(LKScalar type, uint64_t key, uint64_t stream, uint64_t first, size_t n,
                       double low, double high, void *out) {
  lk_kernels(type)->random_uniform(key, stream, first, n, low, high, out);
}

void lk_random_normal(LKScalar type, uint64_t key, uint64_t stream, uint64_t first, size_t n,
                      double mean, double deviation, void *out) {
  lk_kernels(type)->random_normal(key, stream, first, n, mean, deviation, out);
}

void lk_random_mask(LKScalar type, uint64_t key, uint64_t stream, uint64_t first, size_t n,
                    double keep, double value, void *out) {
  lk_kernels(type)->random_mask(key, stream, first, n, keep, value, out);
}

void lk_random_block(uint64_t key, uint64_t stream, uint64_t index, uint32_t out[4]) {
  lk_kernels(LK_F32)->random_block(key, stream, index, out);
}

void lk_adam(LKScalar type, size_t n, const LKAdam *settings, const void *gradient, void *w,
             void *m, void *v) {
  lk_kernels(type)->adam(n, settings, gradient, w, m, v);
}

void lk_momentum(LKScalar type, size_t n, double learn_rate, double momentum, double l2,
                 double gradient_scale, const void *gradient, void *w, void *velocity) {
  lk_kernels(type)->momentum(n, learn_rate, momentum, l2, gradient_scale, gradient, w, velocity);
}

void lk_rmsprop(LKScalar type, size_t n, double learn_rate, double decay, double epsilon, double l2,
                double gradient_scale, const void *gradient, void *w, void *v) {
  lk_kernels(type)->rmsprop(n, learn_rate, decay, epsilon, l2, gradient_scale, gradient, w, v);
}

double lk_peak_loop(LKScalar type, size_t iterations) {
  return lk_kernels(type)->peak_loop(iterations);
}
