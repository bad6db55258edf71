import { randomKey } from './api'
import { check, recallCheck } from './device-check'
import { tabKeep } from './place'
import { chosenStars, restoreStars } from './rating-draft'

const tabKey = 'bangban:tab'

/** Stays the same over a reload of this tab: coming back evicts our own ghost instead of doubling us. */
export function tabId(): string {
  const kept = tabKeep.get(tabKey)
  if (kept) return kept
  const fresh = randomKey()
  tabKeep.set(tabKey, fresh)
  return fresh
}

/** What the host page keeps for us over a reload where our own storage is denied. */
export interface HostKept {
  /** A one-time code: the host page's scripts can read it, so it is never the token itself. */
  code: string | null
  /** Whom the host had named when the session was made. */
  subject: string | null
  /** The consultation whose end was seen through. */
  dismissed: string | null
}

/** Packs it with the tab, whether the devices were checked, and chosen stars: the citizen returns to where they were. */
export const packTab = ({ code, subject, dismissed }: HostKept): string | null =>
  code
    ? [
        code,
        tabId(),
        check.isDone ? '1' : '0',
        dismissed ?? '',
        encodeURIComponent(subject ?? ''),
        chosenStars.value ?? '',
      ].join(' ')
    : null

/** Takes back what `packTab` gave away. */
export function unpackTab(packed: string | null): HostKept {
  const [code, tab, isChecked, dismissed, subject, stars] = packed?.split(' ') ?? []
  restoreStars(stars)
  if (tab) tabKeep.set(tabKey, tab)
  if (isChecked === '1') recallCheck()
  return { code: code || null, dismissed: dismissed || null, subject: decodeSubject(subject) }
}

/** The host page may have kept anything. */
function decodeSubject(text = ''): string | null {
  try {
    return decodeURIComponent(text) || null
  } catch {
    return null
  }
}
