import { randomKey } from './api'
import { check, recallCheck } from './device-check'
import { tabKeep } from './place'

const tabKey = 'bangban:tab'

/** Stays the same over a reload of this tab: coming back evicts our own ghost instead of doubling us. */
export function tabId(): string {
  const kept = tabKeep.get(tabKey)
  if (kept) return kept
  const fresh = randomKey()
  tabKeep.set(tabKey, fresh)
  return fresh
}

/**
 * What the host page keeps for us over a reload where our own storage is denied: who we are, which tab, and
 * whether the devices were checked, so that the citizen returns straight into the call.
 */
export const packTab = (token: string | null): string | null =>
  token ? [token, tabId(), check.isDone ? '1' : '0'].join(' ') : null

/** Takes back what `packTab` gave away; answers the token. */
export function unpackTab(packed: string | null): string | null {
  const [token = null, tab, isChecked] = packed?.split(' ') ?? []
  if (tab) tabKeep.set(tabKey, tab)
  if (isChecked === '1') recallCheck()
  return token
}
