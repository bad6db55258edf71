/** Hands the token of the page to the embed script, whether that has loaded yet or not. */
export const identifyScript = `const token = document.querySelector('meta[name="bangban-identity"]')?.content
if (token) {
  window.Bangban ??= { q: [] }
  window.Bangban.q.push(['identify', token])
}
`

const escapeHtml = (text: string): string =>
  text.replace(
    /[&<>"']/g,
    (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[char] ?? char,
  )

const icon = (path: string) => `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`

const services: readonly (readonly [string, string, string])[] = [
  ['企业开办', '营业执照、公章、税务一次办好', 'M4 20V9l8-5 8 5v11M9 20v-6h6v6'],
  ['食品经营', '餐饮、奶茶店许可与现场核查', 'M5 4v7a3 3 0 0 0 6 0V4M8 4v16M17 4c-2 2-2 6 0 8v8'],
  ['社会保险', '参保、转移、待遇领取', 'M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM9 12l2 2 4-4'],
  [
    '医疗保障',
    '异地就医备案、门诊慢特病',
    'M12 20s-8-4.5-8-11a4.5 4.5 0 0 1 8-2.800A4.5 4.5 0 0 1 20 9c0 6.5-8 11-8 11zM12 9v5M9.5 11.5h5',
  ],
  ['不动产登记', '二手房过户、抵押、查询', 'M3 11l9-7 9 7M6 9v11h12V9M10 20v-5h4v5'],
  ['出入境证件', '护照、往来港澳台证件', 'M6 3h12v18H6zM12 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM9 17h6'],
  ['住房公积金', '租房提取、购房贷款', 'M4 10h16M6 10v8M10 10v8M14 10v8M18 10v8M3 20h18M12 3l9 5H3z'],
  ['教育入学', '义务教育报名、教师资格', 'M3 9l9-5 9 5-9 5zM7 11.5V16c3 2.5 7 2.5 10 0v-4.5M21 9v6'],
]

const notices: readonly (readonly [string, string])[] = [
  ['11-20', '市政务服务中心推行“视频帮办”，不出家门即可办事'],
  ['11-18', '关于调整灵活就业人员养老保险缴费基数的公告'],
  ['11-16', '“高效办成一件事”新增开办餐饮店等5个主题'],
  ['11-13', '不动产登记“带押过户”全市通办'],
  ['11-10', '冬季集中办理高龄津贴认证的便民提示'],
]

const serviceCard = ([name, words, path]: readonly [string, string, string]) =>
  `<li><a class="card" href="#guide">${icon(path)}<strong>${name}</strong><span>${words}</span></a></li>`

const account = (person: { name: string } | null) =>
  person
    ? `<span class="account">您好，<b>${escapeHtml(person.name)}</b></span><a href="/demo/">退出</a>`
    : '<a href="/demo/identified">登录</a>'

const snippet = (origin: string) =>
  escapeHtml(`<script async src="${origin}/widget.js" data-site="demo"></script>`)

const main = (origin: string) => `<main id="main">
  <section class="hero"><div class="wide">
    <p class="tag">清河市政务服务中心</p>
    <h1>办事有人帮，视频面对面</h1>
    <p class="lead">材料不会填、流程不清楚？点击右下角“在线帮办”，工作人员与您一对一视频，手把手教您办。</p>
    <ul class="facts"><li><b>12</b>类热门事项可帮办</li><li><b>3</b>个县区同标准</li><li><b>免费</b>全程不收费</li></ul>
  </div></section>
  <section class="wide" aria-labelledby="services"><h2 id="services">热门服务</h2><ul class="grid">${services.map(serviceCard).join('')}</ul></section>
  <div class="wide columns">
    <section aria-labelledby="notices"><h2 id="notices">通知公告</h2>
      <ul class="notices">${notices.map(([day, title]) => `<li><a href="#notices">${title}</a><time>${day}</time></li>`).join('')}</ul></section>
    <section id="guide" aria-labelledby="how"><h2 id="how">视频帮办怎么用</h2>
      <ol class="steps"><li><b>说事</b>写下想办的事，选视频或文字</li><li><b>排队</b>查看前面还有几位，可先试摄像头</li><li><b>帮办</b>工作人员视频指导，互传材料</li><li><b>办结</b>凭工单号随时查看进度</li></ol></section>
  </div>
  <section class="wide embed" aria-labelledby="embed"><h2 id="embed">给开发者：本页只加了一行代码</h2>
    <pre><code>${snippet(origin)}</code></pre>
    <p>这是 Bangban 自带的示例网页，机构、人物与公告均为虚构。This is a sample page; its organisation, people and notices are invented.</p></section>
</main>`

/** The sample portal. `person` is signed in, with the token that says so to the help desk. */
export const samplePage = ({
  origin,
  person,
}: {
  origin: string
  person: { name: string; jwt: string } | null
}): string => `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>清河市人民政府门户网站（示例）</title>
${person ? `<meta name="bangban-identity" content="${escapeHtml(person.jwt)}">` : ''}
<link rel="stylesheet" href="/demo/style.css">
${person ? '<script src="/demo/identify.js" defer></script>' : ''}
<script async src="${escapeHtml(origin)}/widget.js" data-site="demo"></script>
</head>
<body>
<a class="skip" href="#main">跳到正文</a>
<div class="strip"><div class="wide"><span>示例网页 · Sample page</span><span class="grow"></span>${account(person)}</div></div>
<header class="top"><div class="wide">
  <a class="brand" href="/demo/">${icon('M12 3l9 5H3zM5 10v8M10 10v8M14 10v8M19 10v8M3 21h18')}<span><strong>清河市人民政府</strong><small>www.qinghe.example</small></span></a>
  <nav aria-label="栏目"><a href="#main" aria-current="page">首页</a><a href="#services">政务服务</a><a href="#notices">政务公开</a><a href="#guide">视频帮办</a></nav>
</div></header>
${main(origin)}
<footer><div class="wide">主办：清河市人民政府办公室（虚构）　政务服务热线：12345　遇紧急情况请直接拨打 110、119、120</div></footer>
</body>
</html>`
