import { computed, nextTick, type Ref, ref } from 'vue'
import { type DepartmentNode, flatten } from './tree'

/** The rows of a tree that can be seen, and its keys as ARIA's authoring practices describe them. */
export function useTreeKeys(nodes: () => readonly DepartmentNode[], selected: Ref<string | undefined>) {
  const closed = ref(new Set<string>())
  const isOpen = (node: DepartmentNode) => !closed.value.has(node.id)
  const rows = computed(() => flatten(nodes(), isOpen))
  let typed = ''
  let lastTypedAt = 0

  function setOpen(node: DepartmentNode, open: boolean) {
    if (open) closed.value.delete(node.id)
    else closed.value.add(node.id)
  }
  async function go(node: DepartmentNode | undefined, list: HTMLElement) {
    if (!node) return
    selected.value = node.id
    await nextTick()
    list.querySelector<HTMLElement>(`[data-id="${node.id}"]`)?.focus()
  }
  /** The next name that starts with what was typed within the last half second. */
  function find(event: KeyboardEvent, index: number): DepartmentNode | undefined {
    typed = event.timeStamp - lastTypedAt < 500 ? typed + event.key : event.key
    lastTypedAt = event.timeStamp
    const order = [...rows.value.slice(index + 1), ...rows.value.slice(0, index + 1)]
    return order.find((row) => row.name.toLowerCase().startsWith(typed.toLowerCase()))
  }
  function onKeydown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    const list = event.currentTarget as HTMLElement
    const index = rows.value.findIndex((row) => row.id === selected.value)
    const node = rows.value[index]
    const parent = rows.value.find((row) => row.id === node?.parentId)
    const moves: Record<string, () => DepartmentNode | undefined> = {
      ArrowDown: () => rows.value[index + 1],
      ArrowUp: () => rows.value[Math.max(index - 1, 0)],
      Home: () => rows.value[0],
      End: () => rows.value.at(-1),
      ArrowLeft: () => {
        if (!node?.children.length || !isOpen(node)) return parent
        setOpen(node, false)
        return undefined
      },
      ArrowRight: () => {
        if (!node?.children.length) return undefined
        if (isOpen(node)) return rows.value[index + 1]
        setOpen(node, true)
        return undefined
      },
    }
    const move = moves[event.key]
    if (!move && !/^\p{L}$/u.test(event.key)) return
    if (move) event.preventDefault()
    void go(move ? move() : find(event, index), list)
  }
  return { rows, isOpen, setOpen, onKeydown }
}
