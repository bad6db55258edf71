import type { EChartsCoreOption } from 'echarts/core'

export interface ChartRow {
  id: string
  name: string
  value: number
  /** Beside the value, for example `41 / 44`. */
  detail: string
  isBad?: boolean
}

/** Colours and type of the page as they are now, light or dark. */
export function chartTheme() {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(name).trim()
  return {
    ink: token('--color-ink'),
    quiet: token('--color-ink-3'),
    line: token('--color-line'),
    paper: token('--color-raised'),
    accent: token('--color-accent'),
    soft: token('--color-line-2'),
    bad: token('--color-bad'),
    font: token('--font-sans'),
  }
}
type Theme = ReturnType<typeof chartTheme>

const frame = (theme: Theme, description: string): EChartsCoreOption => ({
  animationDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 180,
  animationDurationUpdate: 0,
  textStyle: { fontFamily: theme.font, color: theme.ink },
  aria: { enabled: true, label: { description } },
  tooltip: {
    backgroundColor: theme.paper,
    borderColor: theme.line,
    textStyle: { color: theme.ink, fontSize: 12 },
    confine: true,
  },
})

/** Lying bars, one line a row: shares out of 1 or numbers. */
export function rowsOption(
  rows: readonly ChartRow[],
  theme: Theme,
  how: { isShare: boolean; description: string; format: (value: number) => string },
): EChartsCoreOption {
  const shown = [...rows].reverse()
  const labels = { axisLine: { show: false }, axisTick: { show: false } }
  return {
    ...frame(theme, how.description),
    grid: { left: 4, right: 4, top: 2, bottom: 2, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: { type: 'value', min: 0, ...(how.isShare ? { max: 1 } : {}), show: false },
    yAxis: [
      {
        ...labels,
        type: 'category',
        data: shown.map((row) => row.name),
        axisLabel: { color: theme.ink, fontSize: 12.5, width: 132, overflow: 'truncate' },
      },
      {
        ...labels,
        type: 'category',
        position: 'right',
        data: shown.map((row) => `{v|${how.format(row.value)}}  {q|${row.detail}}`),
        axisLabel: {
          rich: {
            v: { color: theme.ink, fontSize: 12.5, fontWeight: 600 },
            q: { color: theme.quiet, fontSize: 11.5 },
          },
        },
      },
    ],
    series: [
      {
        type: 'bar',
        barMaxWidth: 12,
        showBackground: true,
        backgroundStyle: { color: theme.soft, borderRadius: 3 },
        data: shown.map((row) => ({
          value: row.value,
          name: row.id,
          itemStyle: { color: row.isBad ? theme.bad : theme.accent, borderRadius: 3 },
        })),
      },
    ],
  }
}

/** Standing bars: a histogram. */
export function columnsOption(
  rows: readonly ChartRow[],
  theme: Theme,
  how: { description: string },
): EChartsCoreOption {
  return {
    ...frame(theme, how.description),
    grid: { left: 4, right: 4, top: 22, bottom: 2, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: {
      type: 'category',
      data: rows.map((row) => row.name),
      axisLine: { lineStyle: { color: theme.line } },
      axisTick: { show: false },
      axisLabel: { color: theme.quiet, fontSize: 11.5, interval: 0 },
    },
    yAxis: { type: 'value', show: false, minInterval: 1 },
    series: [
      {
        type: 'bar',
        barMaxWidth: 44,
        itemStyle: { borderRadius: [4, 4, 0, 0] },
        label: { show: true, position: 'top', color: theme.ink, fontSize: 12, fontWeight: 600 },
        data: rows.map((row) => ({
          value: row.value,
          name: row.id,
          itemStyle: { color: row.isBad ? theme.bad : theme.accent },
        })),
      },
    ],
  }
}

/** Half circles side by side, shares out of 1. */
export function gaugesOption(
  rows: readonly ChartRow[],
  theme: Theme,
  how: { description: string; format: (value: number) => string },
): EChartsCoreOption {
  return {
    ...frame(theme, how.description),
    series: rows.map((row, at) => ({
      type: 'gauge',
      center: [`${((at + 0.5) / rows.length) * 100}%`, '66%'],
      radius: '92%',
      startAngle: 200,
      endAngle: -20,
      min: 0,
      max: 1,
      progress: { show: true, width: 12, roundCap: true, itemStyle: { color: theme.accent } },
      axisLine: { roundCap: true, lineStyle: { width: 12, color: [[1, theme.soft]] } },
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: { show: false },
      pointer: { show: false },
      title: { offsetCenter: [0, '42%'], color: theme.quiet, fontSize: 12.5 },
      detail: {
        offsetCenter: [0, '2%'],
        color: theme.ink,
        fontSize: 24,
        fontWeight: 600,
        formatter: (value: number) => how.format(value),
      },
      data: [{ value: row.value, name: row.name }],
    })),
  }
}
