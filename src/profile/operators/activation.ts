// The activations that ONNX Runtime fuses behind another operator, by the attributes that name them.

/**
 * The activation that `activation` names, with its `activation_params`; the identity when there is none, null for an
 * unknown one.
 */
export function activationOf(attributes: Readonly<Record<string, unknown>>): ((x: number) => number) | null {
  const given: unknown = attributes['activation_params'];
  const [first, second] = (Array.isArray(given) ? given : []).map((value: unknown) => Math.fround(Number(value)));
  switch (attributes['activation'] ?? '') {
    case '':
      return (x) => x;
    case 'Relu':
      return (x) => Math.max(x, 0);
    case 'LeakyRelu':
      return (x) => (x >= 0 ? x : x * (first ?? NaN));
    case 'Clip':
      return (x) => Math.min(Math.max(x, first ?? NaN), second ?? NaN);
    case 'Sigmoid':
      return (x) => 1 / (1 + Math.exp(-x));
    case 'Tanh':
      return Math.tanh;
    case 'HardSigmoid':
      return (x) => Math.min(Math.max(x * (first ?? NaN) + (second ?? NaN), 0), 1);
    default:
      return null;
  }
}
