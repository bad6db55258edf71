/**
 * The part of `size` bytes a `Range` header asks for (RFC 9110, one range), both ends inclusive.
 * `whole` where there is none or it is of a form we need not honour, `unsatisfiable` where it lies outside.
 */
export const parseRange = (
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'whole' | 'unsatisfiable' => {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '')
  const [, from = '', to = ''] = match ?? []
  if (!match || (from === '' && to === '')) return 'whole'
  if (from === '') {
    const count = Math.min(Number(to), size)
    return count === 0 ? 'unsatisfiable' : { start: size - count, end: size - 1 }
  }
  const start = Number(from)
  const end = to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (to !== '' && Number(to) < start) return 'whole'
  return start >= size ? 'unsatisfiable' : { start, end }
}
