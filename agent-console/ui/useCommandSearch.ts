import { watchDebounced } from '@vueuse/core'
import { computed, type Ref, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Permission } from '../../contract/permissions.rules'
import { allCommands, allSources, type Command, scoreMatch, textOf } from './commands'

/** The palette's result list: registered commands by fit, then what the sources found. */
export function useCommandSearch(query: Ref<string>, can: (permission: Permission) => boolean) {
  const { t } = useI18n()
  const found = ref<Command[]>([])
  const isSearching = ref(false)
  let running: AbortController | undefined

  async function search(text: string) {
    running?.abort()
    found.value = []
    if (!text.trim() || !allSources.value.length) {
      isSearching.value = false
      return
    }
    const controller = new AbortController()
    running = controller
    isSearching.value = true
    const answers = await Promise.allSettled(
      allSources.value.map((source) => source.search(text, controller.signal)),
    )
    if (controller.signal.aborted) return
    found.value = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    isSearching.value = false
  }
  watchDebounced(query, search, { debounce: 180 })

  const matches = computed(() =>
    allCommands.value
      .filter((command) => !command.permission || can(command.permission))
      .map((command) => ({ command, score: scoreMatch(textOf(command.title), query.value) }))
      .filter((match) => match.score > 0)
      .sort((a, b) => b.score - a.score)
      .map((match) => match.command),
  )
  const groups = computed(() => {
    const byTitle = new Map<string, Command[]>()
    for (const command of [...matches.value, ...found.value]) {
      const title = textOf(command.group) || t('common.actions')
      byTitle.set(title, [...(byTitle.get(title) ?? []), command])
    }
    return [...byTitle].map(([title, commands]) => ({ title, commands }))
  })
  const flat = computed(() => groups.value.flatMap((group) => group.commands))
  return { groups, flat, isSearching }
}
