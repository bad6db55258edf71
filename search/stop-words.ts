/** Words that say nothing about what is looked for. Dropped from queries only: the index keeps every word. */
export const stopWords: ReadonlySet<string> = new Set(
  (
    '的 了 和 是 就 都 而 及 与 着 或 在 我 你 您 他 她 它 们 我们 你们 他们 这 那 这个 那个 一个 吗 呢 吧 啊 呀 嘛 ' +
    '把 被 对 给 让 向 从 到 以 为 也 很 还 又 要 会 能 可以 应该 请 请问 想 怎么 怎样 如何 怎么办 什么 哪里 哪些 ' +
    '为什么 是否 没有 不 有 个 去 来 上 下 里 a an and are as at be by can do does for from how i if in is it my of ' +
    'on or that the this to was we what when where which who why will with you your'
  ).split(' '),
)
