import type { ConsultationView } from '../../../contract/consultations.schema'

/** What signing out would leave behind; who is waiting in a conversation counts before what is to be written. */
export interface Duty {
  kind: 'talking' | 'helping' | 'wrapping_up'
  consultation: ConsultationView
}

export function dutyOf(mine: readonly ConsultationView[], agentId: string): Duty | null {
  const isOwn = (each: ConsultationView) => each.owner?.id === agentId
  const active = mine.filter((each) => each.status === 'active')
  const talking = active.find(isOwn)
  if (talking) return { kind: 'talking', consultation: talking }
  const helping = active[0]
  if (helping) return { kind: 'helping', consultation: helping }
  const open = mine.find((each) => each.status === 'wrap_up' && isOwn(each))
  return open ? { kind: 'wrapping_up', consultation: open } : null
}
