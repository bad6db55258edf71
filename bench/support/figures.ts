/** One figure of a benchmark, as `docs` promise it: one JSON line on standard output. */
export interface Figure {
  bench: string
  figure: string
  value: number
  unit: string
  size?: number
  engine?: string
  baseline?: number | null
}

const rounded = (value: number): number => Number(value.toPrecision(4))

export const printFigure = ({ bench, figure, value, unit, size, engine, baseline = null }: Figure): void => {
  const line = {
    bench,
    figure,
    ...(size === undefined ? {} : { size }),
    ...(engine === undefined ? {} : { engine }),
    value: rounded(value),
    unit,
    baseline: baseline === null ? null : rounded(baseline),
    ratio: baseline === null ? null : rounded(value / baseline),
  }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** Anything that is not a figure. */
export const note = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN
}

export const median = (values: readonly number[]): number => percentile(values, 0.5)

/** The same numbers at every run (mulberry32). */
export const seeded = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
