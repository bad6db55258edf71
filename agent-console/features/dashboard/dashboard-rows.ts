import type { DashboardView, SlaShare } from '../../../contract/dashboard.schema'
import type { ChartRow } from './chart-options'

/** Below this share a bar is shown as a breach of the target. */
export const slaTarget = 0.9

/** What opens the tickets a department holds itself, without those below. */
export const directId = (id: string): string => `${id}:direct`

export const shareRows = (shares: readonly SlaShare[], nameOf: (share: SlaShare) => string): ChartRow[] =>
  shares.map((share) => {
    const { id, met, breached, isDirect } = share
    const all = met + breached
    const value = all === 0 ? 0 : met / all
    const detail = `${met} / ${all}`
    return { id: isDirect ? directId(id) : id, name: nameOf(share), value, detail, isBad: value < slaTarget }
  })

export const ratingRows = (counts: DashboardView['counts'], name: (stars: number) => string): ChartRow[] => {
  const stars = [5, 4, 3, 2, 1] as const
  const all = stars.reduce((sum, star) => sum + counts[`rated_${star}`], 0)
  if (all === 0) return []
  return stars.map((star) => ({
    id: `rated_${star}`,
    name: name(star),
    value: counts[`rated_${star}`],
    detail: `${Math.round((counts[`rated_${star}`] / all) * 100)}%`,
  }))
}

export const answerRows = (
  counts: DashboardView['counts'],
  name: (seconds: number) => string,
): ChartRow[] => {
  const all = counts.answered
  if (all === 0) return []
  return ([20, 60] as const).map((seconds) => ({
    id: `answered_${seconds}s`,
    name: name(seconds),
    value: counts[`answered_${seconds}s`] / all,
    detail: `${counts[`answered_${seconds}s`]} / ${all}`,
  }))
}

export const ageRows = (
  unresolved: DashboardView['unresolved'],
  name: (bucket: DashboardView['unresolved']['buckets'][number]) => string,
): ChartRow[] =>
  unresolved.count === 0
    ? []
    : unresolved.buckets.map((bucket, at) => ({
        id: String(at),
        name: name(bucket),
        value: bucket.count,
        detail: `${Math.round((bucket.count / unresolved.count) * 100)}%`,
      }))

/** Where a hand is needed stands on top. */
export const worstFirst = (rows: readonly ChartRow[]): ChartRow[] =>
  [...rows].sort((a, b) => a.value - b.value || (a.name < b.name ? -1 : 1))
