import type { QualityLevel } from './participants'
import type { Transport } from './quality.rules'

/**
 * What to tell somebody about the connection; each code has its own sentence.
 *
 * - `wait`: our connection is gone and being repaired
 * - `move-closer`: we lose packets, typical of weak radio
 * - `turn-off-video`: our line is too narrow for a picture; the voice should have it
 * - `switch-network`: a long way or a detour that no waiting cures
 * - `peer-wait`, `peer-weak`: it is the other side's connection, nothing can be done here
 */
export type AdviceCode =
  | 'wait'
  | 'move-closer'
  | 'turn-off-video'
  | 'switch-network'
  | 'peer-wait'
  | 'peer-weak'

export interface AdviceInput {
  local: QualityLevel
  remote: QualityLevel
  isCameraOn: boolean
  /** share of packets lost either way, 0–1 */
  loss: number | null
  rttMs: number | null
  transport: Transport
}

// ITU-T G.114: above 400 ms one way a conversation breaks down; 5 % loss is where speech repair begins to fail.
const highLoss = 0.05
const severeLoss = 0.12
const highRttMs = 400

const rules: readonly { code: AdviceCode; applies(input: AdviceInput): boolean }[] = [
  { code: 'wait', applies: ({ local }) => local === 'lost' },
  {
    code: 'turn-off-video',
    applies: (input) =>
      input.isCameraOn && (isPoor(input) || isHigh(input)) && (input.loss ?? 0) >= severeLoss,
  },
  { code: 'move-closer', applies: ({ loss }) => (loss ?? 0) >= highLoss },
  { code: 'switch-network', applies: ({ rttMs }) => (rttMs ?? 0) >= highRttMs },
  {
    code: 'switch-network',
    applies: (input) => isPoor(input) && input.transport !== 'udp' && input.transport !== 'unknown',
  },
  { code: 'turn-off-video', applies: (input) => isPoor(input) && input.isCameraOn },
  { code: 'move-closer', applies: isPoor },
  { code: 'peer-wait', applies: ({ remote }) => remote === 'lost' },
  { code: 'peer-weak', applies: ({ remote }) => remote === 'poor' },
]

/** The most useful piece of advice, or null when all is well. Our own side comes first: it can be helped. */
export function adviseOn(input: AdviceInput): AdviceCode | null {
  return rules.find((rule) => rule.applies(input))?.code ?? null
}

function isPoor({ local }: AdviceInput): boolean {
  return local === 'poor'
}

function isHigh({ loss }: AdviceInput): boolean {
  return (loss ?? 0) >= highLoss
}
