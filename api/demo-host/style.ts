/** The sample portal's own look, deliberately not the product's: it is somebody else's page. */
export const sampleStyle = `:root { --ink: #1b2733; --soft: #54626f; --line: #e2e8ee; --blue: #17508f; --deep: #0e3766; --ground: #f5f7fa; --paper: #fff; }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body { margin: 0; font: 16px/1.65 system-ui, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; color: var(--ink); background: var(--ground); }
a { color: var(--blue); text-decoration: none; }
a:hover { text-decoration: underline; }
a:focus-visible { outline: 3px solid #f0b429; outline-offset: 2px; border-radius: 4px; }
h1, h2, p, ul, ol { margin: 0; padding: 0; }
ul, ol { list-style: none; }
.wide { max-width: 1120px; margin: 0 auto; padding: 0 20px; }
.grow { flex: 1; }
.skip { position: absolute; left: -9999px; }
.skip:focus { left: 12px; top: 12px; padding: 8px 16px; background: var(--paper); z-index: 2; }
.strip { background: var(--deep); color: #d5e2f0; font-size: 14px; }
.strip .wide { display: flex; gap: 16px; align-items: center; min-height: 36px; }
.strip a, .strip b { color: #fff; }
.top { background: var(--paper); border-bottom: 1px solid var(--line); }
.top .wide { display: flex; flex-wrap: wrap; gap: 12px 40px; align-items: center; min-height: 88px; padding-block: 14px; }
.brand { display: flex; gap: 14px; align-items: center; color: var(--deep); }
.brand:hover { text-decoration: none; }
.brand svg { width: 44px; height: 44px; stroke: #b8322a; }
.brand strong { display: block; font-size: 26px; line-height: 1.25; letter-spacing: 2px; }
.brand small { color: var(--soft); letter-spacing: 1px; }
nav { display: flex; flex-wrap: wrap; gap: 4px 28px; margin-left: auto; font-size: 17px; }
nav a { padding: 8px 2px; color: var(--ink); border-bottom: 3px solid transparent; }
nav a:hover { text-decoration: none; border-color: #b9cbe0; }
nav a[aria-current] { color: var(--blue); font-weight: 600; border-color: var(--blue); }
svg { fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
.hero { color: #fff; background: radial-gradient(900px 420px at 85% 10%, #3f7fc4 0, transparent 70%), linear-gradient(120deg, #0e3766, #17508f 60%, #1f66b3); }
.hero .wide { padding-block: 72px 78px; }
.hero .tag { display: inline-block; padding: 2px 14px; border: 1px solid #ffffff66; border-radius: 99px; font-size: 14px; }
.hero h1 { margin: 18px 0 12px; font-size: clamp(30px, 5vw, 46px); line-height: 1.25; letter-spacing: 1px; }
.hero .lead { max-width: 620px; font-size: 18px; color: #e3edf8; }
.facts { display: flex; flex-wrap: wrap; gap: 12px 44px; margin-top: 32px; color: #d5e2f0; }
.facts b { margin-right: 6px; font-size: 26px; color: #fff; }
h2 { margin: 44px 0 18px; padding-left: 14px; border-left: 5px solid var(--blue); font-size: 22px; line-height: 1.3; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); gap: 16px; }
.card { display: grid; grid-template-columns: 52px 1fr; grid-template-rows: auto 1fr; column-gap: 14px; height: 100%; padding: 20px; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 12px; transition: box-shadow .15s, transform .15s; }
.card:hover { text-decoration: none; box-shadow: 0 10px 28px #12305022; transform: translateY(-2px); }
.card svg { grid-row: span 2; width: 52px; height: 52px; padding: 12px; color: var(--blue); background: #e8f0f9; border-radius: 12px; }
.card strong { font-size: 18px; }
.card span { font-size: 14px; color: var(--soft); }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr)); gap: 0 40px; }
.notices, .steps { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 8px 22px; }
.notices li { display: flex; gap: 16px; justify-content: space-between; padding: 12px 0; border-top: 1px solid var(--line); }
.notices li:first-child, .steps li:first-child { border-top: 0; }
.notices a { color: var(--ink); }
.notices time { color: var(--soft); font-size: 14px; font-variant-numeric: tabular-nums; white-space: nowrap; }
.steps { counter-reset: step; }
.steps li { counter-increment: step; display: flex; gap: 12px; align-items: center; padding: 13px 0; border-top: 1px solid var(--line); color: var(--soft); }
.steps li::before { content: counter(step); flex: none; width: 30px; height: 30px; border-radius: 50%; background: var(--blue); color: #fff; font-weight: 600; line-height: 30px; text-align: center; }
.steps b { color: var(--ink); font-size: 17px; }
.embed { padding-bottom: 56px; color: var(--soft); }
pre { margin: 0 0 12px; padding: 18px 20px; overflow-x: auto; color: #e6eef7; background: #14263a; border-radius: 12px; font: 15px/1.5 ui-monospace, Consolas, monospace; }
footer { background: #0e2742; color: #b9c8d8; font-size: 14px; }
footer .wide { padding-block: 28px 96px; }
@media (max-width: 640px) { nav { margin-left: 0; gap: 4px 20px; } .hero .wide { padding-block: 48px; } .brand strong { font-size: 22px; } }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } .card { transition: none; } .card:hover { transform: none; } }
`
