/** A transaction holds up everybody else: batches shrink and grow so that one takes about so long. */
const batchMs = 6

/** How much of a kind of work goes into one transaction, by how long the last ones took. */
export const createBatchSizes = ({ first, largest }: { first: number; largest: number }) => {
  const sizes = new Map<string, number>()
  return {
    of: (kind: string): number => sizes.get(kind) ?? first,
    learn(kind: string, count: number, ms: number): void {
      const fitting = Math.floor((count * batchMs) / Math.max(ms, 0.1))
      // Twice as many at most: one quick batch says little about the next.
      sizes.set(kind, Math.max(1, Math.min(largest, fitting, count * 2)))
    },
  }
}
