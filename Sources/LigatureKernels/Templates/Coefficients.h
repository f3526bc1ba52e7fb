// Polynomial coefficients, lowest power first: interpolation at Chebyshev nodes in 60 decimal
// digits, rounded to the scalar type. The templates say how each is used.

#ifndef LIGATURE_COEFFICIENTS_H
#define LIGATURE_COEFFICIENTS_H

#include <stdint.h>

// (exp(r) - 1 - r) / r² for |r| <= ln(2) / 2.
static const float lk_exp_f32[] = {
    0x1p-1f, 0x1.555556p-3f, 0x1.5554eap-5f, 0x1.1110ep-7f,
    0x1.6d4324p-10f, 0x1.a124f2p-13f};
// The same with one term less, for the functions of recurrent cells.
static const float lk_cell_exp_f32[] = {
    0x1p-1f, 0x1.5554dep-3f, 0x1.55551ap-5f, 0x1.120b62p-7f, 0x1.6d10fcp-10f};
static const double lk_exp_f64[] = {
    0x1p-1, 0x1.5555555555557p-3, 0x1.5555555555556p-5, 0x1.11111111100dcp-7,
    0x1.6c16c16c162d4p-10, 0x1.a01a01abe7fe1p-13, 0x1.a01a01a6d889cp-16, 0x1.71de0231960ebp-19,
    0x1.27e4db646b17ep-22, 0x1.af4de97ca4194p-26, 0x1.1f730349868cep-29};

// f32: (log1p(f) - f + f²/2) / f³ for f in [√½ - 1, √2 - 1]. f64: (2 atanh(s) / s - 2) / s², as a
// polynomial in s² for s = f / (2 + f).
static const float lk_log_f32[] = {
    0x1.555554p-2f, -0x1.fffffcp-3f, 0x1.999d5ap-3f, -0x1.555b4ap-3f,
    0x1.23d21ap-3f, -0x1.fcf4c6p-4f, 0x1.dea282p-4f, -0x1.d635bcp-4f,
    0x1.1d8ea6p-4f};
static const double lk_log_f64[] = {
    0x1.5555555555558p-1, 0x1.99999999952b2p-2, 0x1.2492492df6947p-2, 0x1.c71c62debf86bp-3,
    0x1.7462b69705382p-3, 0x1.39fe208c33457p-3, 0x1.2b5b5fb2eac92p-3};

// (1 + √2 t) Φ(-t) exp(t²/2) for t >= 0, in u = (t - a) / (t + a); the mapping is that of Shepherd
// and Laframboise (1981).
static const float lk_tail_f32[] = {
    0x1.43f4c4p-1f, -0x1.f10398p-5f, -0x1.a1f0eep-5f, 0x1.44f9e8p-4f,
    -0x1.9f3778p-5f, 0x1.f61494p-7f, 0x1.ee8ad8p-11f, -0x1.1b47fp-9f,
    0x1.45aa6ep-13f, 0x1.37444p-12f, -0x1.e6e202p-16f, -0x1.0efcacp-15f,
    0x1.327e2ap-19f};
static const double lk_tail_f64[] = {
    0x1.3c2665c107441p-1, -0x1.1eb01faf78facp-4, 0x1.552f296fb1521p-8, 0x1.301b3048a6703p-5,
    -0x1.ac8430942800cp-5, 0x1.7ea11c508b407p-5, -0x1.02f367c80ca97p-5, 0x1.113ff13e7317cp-6,
    -0x1.b2828e11cb238p-8, 0x1.c30560be546dap-10, -0x1.856b2c750c795p-14, -0x1.2bd9e567f956ap-13,
    0x1.de635c1515487p-15, 0x1.9e73bd5538322p-22, -0x1.dd0ea663415dcp-18, 0x1.876139c642a26p-20,
    0x1.7569cd56d1fe5p-21, -0x1.4883c71382761p-22, -0x1.0f96f10f0590bp-24, 0x1.abe45f381e0bcp-25,
    0x1.772bbaf7eedacp-28, -0x1.cf1f56a7b8f63p-28, -0x1.7c67b34b92cc3p-32, 0x1.334f47a2728b9p-31};

// (tanh(x) / x - 1) / x² for |x| <= 5/8, in x².
static const float lk_tanh_f32[] = {
    -0x1.555556p-2f, 0x1.1110e4p-3f, -0x1.ba0718p-5f, 0x1.648e8ep-6f,
    -0x1.10bbf4p-7f, 0x1.2977d8p-9f};
static const double lk_tanh_f64[] = {
    -0x1.5555555555555p-2, 0x1.111111111110bp-3, -0x1.ba1ba1ba1ad31p-5, 0x1.664f488267df6p-6,
    -0x1.226e354a60bfp-7, 0x1.d6d3cb810658bp-9, -0x1.7da2ed6f5432fp-10, 0x1.35513a3a45c34p-11,
    -0x1.f4ef7b3a123dap-13, 0x1.92898a50da2bdp-14, -0x1.360c1e0545dd6p-15, 0x1.95a10856ec71ep-17,
    -0x1.402fe1886cc94p-19};

// (Φ(x) - 1/2) / x for |x| <= 3/4, in x².
static const float lk_center_f32[] = {
    0x1.988454p-2f, -0x1.105822p-4f, 0x1.46c63ap-7f, -0x1.35acf8p-10f,
    0x1.afe3cp-14f};
static const double lk_center_f64[] = {
    0x1.9884533d43651p-2, -0x1.1058377e2ceep-4, 0x1.46d042976908fp-7, -0x1.37403f6b9252fp-10,
    0x1.e42b0d476d198p-14, -0x1.3ce8f889a5533p-17, 0x1.658991852abc1p-21, -0x1.620bc60b503b1p-25,
    0x1.364f3f5baee13p-29, -0x1.b5d84e1b4c0ebp-34};

// sin(2πr) / r for |r| <= 1/8, in r².
static const float lk_sine_f32[] = {
    0x1.921fb6p+2f, -0x1.4abbcep+5f, 0x1.466bbap+6f, -0x1.32ca9ep+6f,
    0x1.4bc85cp+5f};
static const double lk_sine_f64[] = {
    0x1.921fb54442d18p+2, -0x1.4abbce625be41p+5, 0x1.466bc677587f8p+6, -0x1.32d2cce2e5b19p+6,
    0x1.50782fda12d96p+5, -0x1.e30071afc3e59p+3, 0x1.e3f38399551bfp+1};

// cos(2πr) for |r| <= 1/8, in r².
static const float lk_cosine_f32[] = {
    0x1p+0f, -0x1.3bd3ccp+4f, 0x1.03c1dcp+6f, -0x1.55c57ap+6f,
    0x1.d9c2e8p+5f};
static const double lk_cosine_f64[] = {
    0x1p+0, -0x1.3bd3cc9be45dep+4, 0x1.03c1f081b5aacp+6, -0x1.55d3c7e3c90f8p+6,
    0x1.e1f5068355e15p+5, -0x1.a6d1ec7906c2p+4, 0x1.f9cc41140bb6p+2, -0x1.b264ba152378ap+0};

// (sin(r) / r - 1) / r², and (cos(r) - 1 + r²/2) / r⁴, for |r| <= π/4, in r².
static const double lk_sine_radians_f64[] = {
    -0x1.5555555555555p-3, 0x1.1111111111110p-7, -0x1.a01a01a019938p-13, 0x1.71de3a5460939p-19,
    -0x1.ae645412c1bfap-26, 0x1.61217f089fbd5p-33, -0x1.ab17d252d3fa0p-41};
static const double lk_cosine_radians_f64[] = {
    0x1.5555555555555p-5, -0x1.6c16c16c16c16p-10, 0x1.a01a01a019d0ap-16, -0x1.27e4fb7712d56p-22,
    0x1.1eed8deb960c4p-29, -0x1.9394ba0a47ed7p-37, 0x1.ab78597e98457p-45};

// (2 atanh(s) / s - 2 - 2/3 s²) / s⁴ for |s| <= (√2 - 1) / (√2 + 1), in s².
static const double lk_power_log_f64[] = {
    0x1.999999999999ap-2, 0x1.2492492492491p-2, 0x1.c71c71c71cfe7p-3, 0x1.745d174512537p-3,
    0x1.3b13b1bd0ab00p-3, 0x1.1110df7f64a41p-3, 0x1.e1f809e271040p-4, 0x1.ac493044a0d8ep-4,
    0x1.b8e06ccebc943p-4};

// (atan(r) / r - 1) / r² for |r| <= tan(π/8), in r².
static const double lk_atan_f64[] = {
    -0x1.5555555555555p-2, 0x1.9999999999953p-3, -0x1.249249248d7dcp-3, 0x1.c71c71c303dbbp-4,
    -0x1.745d165dc9713p-4, 0x1.3b1392d519db1p-4, -0x1.110e87b4357d2p-4, 0x1.e19a0bfa3eef9p-5,
    -0x1.ac7a5a79b3f26p-5, 0x1.74dccfb93fff0p-5, -0x1.1b311bb48c215p-5, 0x1.0acd9e91a5a35p-6};

// The bits of 2/π, behind 64 zeros.
static const uint64_t lk_two_over_pi[] = {
    0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041,
    0xfe5163abdebbc561, 0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e,
    0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b,
    0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab};

#endif
