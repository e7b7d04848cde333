import { describe, expect, test } from 'vitest';
import { deriveNameProblem, JinjaEngine, Scope } from '../../src/profile/webgpu/expression';
import { expressionHelpers } from '../../src/profile/webgpu/expressionHelpers';

const engine = new JinjaEngine();
const scope = Scope.create(
  expressionHelpers(true),
  {
    shapes: { x: [2, 6], y: [3] },
    present: { x: true, bias: false },
    attrs: { axis: -1, mode: 'tanh' },
    tunables: { SIZE: 64 },
    device: { features: { has: (name: unknown) => name === 'subgroups' }, limits: { maxBufferSize: 1024 } },
  },
  new Map([
    ['shapes', new Set(['x', 'y', 'bias'])],
    ['tunables', new Set(['SIZE'])],
    ['derive', new Set()],
  ]),
);

describe('expressions', () => {
  test.each<[string, unknown]>([
    ['1 + 2 * 3', 7],
    ['7 // 2', 3],
    ['6 / 2', 3],
    ['1 / 2', 0.5],
    ['-shapes.x[1] + 1', -5],
    ['shapes.x', [2, 6]],
    ['shapes.x + [1]', [2, 6, 1]],
    ['numel(shapes.x)', 12],
    ['dim(shapes.x, attrs.axis)', 6],
    ['min(numel(shapes.x) / 4, 65535)', 3],
    ['"vec4<" ~ "f32" ~ ">"', 'vec4<f32>'],
    ['4 if numel(shapes.x) > 10 else 1', 4],
    ['attrs.mode == "tanh" and not present.bias', true],
    ['device.features.has("subgroups")', true],
    ['device.features.has("shader-f16")', false],
    ['shapes.bias is defined', false],
    ['nothing is defined', false],
    ['nothing.at.all is defined', false],
    ['nothing is not defined', true],
    ['nothing is undefined or nothing.more > 1', true],
    ['(nothing is defined) or tunables.SIZE == 64', true],
    ['{"a": [1, {"b": 2}]}', { a: [1, { b: 2 }] }],
    ['none', null],
    ['"}}"', '}}'],
    ['pick([[false, 1], [attrs.axis < 0, "last"]], "other")', 'last'],
  ])('%s is %j', (expression, wanted) => {
    expect(engine.evaluate(expression, scope)).toEqual(wanted);
  });

  test.each<[string, RegExp]>([
    ['nothing', /unknown name `nothing`/],
    ['nothing.more', /unknown name `nothing`/],
    ['nothing or true', /unknown name `nothing`/],
    ['numel(nothing)', /unknown name `nothing`/],
    ['1 if nothing else 2', /unknown name `nothing`/],
    ['nothing(1)', /unknown name `nothing`/],
    ['shapes.z', /`shapes` has no `z`: it has x, y, bias/],
    ['shapes["z"]', /`shapes` has no `z`/],
    ['shapes.bias', /`shapes\.bias` is undefined/],
    ['1 if false', /`1 if false` is undefined/],
    ['numel(shapes.bias)', /numel: expected a list, got an undefined value/],
    ['derive.foo', /`derive` has no `foo`: it is empty/],
    ['numel', /a function/],
    ['1 +', /./],
    ['', /./],
    ['1 }}{{ 2', /one expression/],
    ['1 }} text', /one expression/],
    ['(', /./],
    ['[1, 2', /./],
    ['shapes.x > 1', /./],
    ['device.limits.maxBuffers > 1', /undefined/],
    ['raise_exception("no such axis")', /no such axis/],
    ['strftime_now("%Y")', /unknown name/],
  ])('%s is an error', (expression, wanted) => {
    expect(() => engine.evaluate(expression, scope)).toThrow(wanted);
  });

  test('derived values are bare and under derive, later ones see earlier ones', () => {
    const derived = scope.withDerived('rows', 2).withDerived('total', 12);
    expect(engine.evaluate('rows + derive.total', derived)).toBe(14);
    expect(() => engine.evaluate('rows', scope)).toThrow(/function/);
  });

  test('a derive that takes a helper’s name leaves the helper callable', () => {
    const derived = scope.withDerived('rows', 7);
    expect(engine.evaluate('rows(shapes.x, 0) * rows', derived)).toBe(42);
  });

  test('names used by an expression leave out what is syntax', () => {
    const { variables, functions } = engine.namesOf(
      'f(a.b, c[d], key=e) | join(g) if h is number and (i is defined) else {"j": k}',
    );
    expect([...variables].sort()).toEqual(['a', 'c', 'd', 'e', 'g', 'h', 'k']);
    expect([...functions]).toEqual(['f']);
  });

  test.each([
    ['a list', '[grown, grown]', [1], /more than 100000 entries/],
    ['a list joined to itself', 'grown + grown', [1], /more than 1000000 steps|more than 100000 entries/],
    ['a text', 'grown ~ grown', 'text', /more than 1000000 steps/],
  ])('%s cannot double without end', (_, expression, start, reason) => {
    const grow = (): void => {
      let current = scope.withDerived('grown', start);
      for (let step = 0; step < 60; step += 1) {
        current = current.withDerived('grown', engine.evaluate(expression, current));
      }
    };
    expect(grow).toThrow(reason);
  });

  test.each([
    ['count', undefined],
    ['rows', undefined],
    ['_x1', undefined],
    ['shapes', /taken/],
    ['true', /taken/],
    ['env', /taken/],
    ['a-b', /letters/],
    ['1a', /letters/],
  ])('a derive named %s', (name, wanted) => {
    const problem = deriveNameProblem(name);
    if (wanted === undefined) expect(problem).toBeUndefined();
    else expect(problem).toMatch(wanted);
  });
});

describe('templates', () => {
  test.each<[string, string]>([
    ['{{ 4 / 2 }} {{ 2 }} {{ numel(shapes.x) / 4 }}', '2.0 2 3.0'],
    ['{% if true %}\nyes\n{% endif %}\nend', 'yes\nend'],
    ['a\n    {% if false %}\nno\n    {% endif %}\nb', 'a\nb'],
    ['{% for i in range(3) %}{{ i }},{% endfor %}', '0,1,2,'],
    ['{% set ns = namespace(n=1) %}{% for i in range(3) %}{% set ns.n = ns.n * 2 %}{% endfor %}{{ ns.n }}', '8'],
    ['{% macro f(a, b=2) %}{{ a }}-{{ b }}{% endmacro %}{{ f(1) }} {{ f(1, 3) }}', '1-2 1-3'],
    ['{% if extra is defined %}{{ extra }}{% else %}none{% endif %}', 'none'],
    ['{{ "a" if false }}b', 'b'],
    ['{% for x in [1, 2] %}{{ loop.index0 }}{% if not loop.last %};{% endif %}{% endfor %}', '0;1'],
  ])('%j renders %j', (template, wanted) => {
    expect(engine.render(template, scope)).toBe(wanted);
  });

  test.each<[string, RegExp]>([
    ['{{ nothing }}', /unknown name `nothing`/],
    ['{% if nothing %}{% endif %}', /unknown name `nothing`/],
    ['{{ shapes.bias }}', /`shapes\.bias` is undefined and would be printed/],
    ['{{ tunables.SIZ }}', /`tunables` has no `SIZ`: it has SIZE/],
    ['{{ raise_exception("bad dtype") }}', /bad dtype/],
    ['{% frobnicate %}', /frobnicate/],
    ['{% if true %}', /./],
    ['{% for i in range(65536) %}{% for j in range(65536) %}{% endfor %}{% endfor %}', /steps/],
  ])('%j is an error', (template, wanted) => {
    expect(() => engine.render(template, scope)).toThrow(wanted);
  });

  test('what one rendering sets, the next does not see', () => {
    expect(engine.render('{% set kept = 1 %}{{ kept }}', scope)).toBe('1');
    expect(() => engine.render('{{ kept }}', scope)).toThrow(/unknown name/);
  });
});
