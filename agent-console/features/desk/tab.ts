const tabKey = 'bangban.tab'
const takenKey = 'bangban.tab.consultations'

let memory: Record<string, string> = {}

// Private windows and strict settings throw on access: then a reload forgets, which is all that is lost.
function read(key: string): string | null {
  try {
    return sessionStorage.getItem(key)
  } catch {
    return memory[key] ?? null
  }
}

function write(key: string, value: string): void {
  memory = { ...memory, [key]: value }
  try {
    sessionStorage.setItem(key, value)
  } catch (error) {
    console.warn('This tab cannot remember its calls across a reload.', error)
  }
}

/** This tab's id, kept across reloads, so that a rejoin evicts its own ghost instead of standing beside it. */
export function tabId(): string {
  const known = read(tabKey)
  if (known) return known
  const made = crypto.randomUUID()
  write(tabKey, made)
  return made
}

const taken = (): string[] => (read(takenKey) ?? '').split(' ').filter(Boolean)

/** Whether this tab took the consultation: only the tab that took it joins its call by itself. */
export const isOfThisTab = (consultationId: string): boolean => taken().includes(consultationId)

export function claimForTab(consultationId: string): void {
  write(takenKey, [...taken().filter((id) => id !== consultationId), consultationId].slice(-20).join(' '))
}

export function releaseFromTab(consultationId: string): void {
  write(
    takenKey,
    taken()
      .filter((id) => id !== consultationId)
      .join(' '),
  )
}
