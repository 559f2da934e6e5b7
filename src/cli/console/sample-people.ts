/** Invented people for samples: names as they occur, drawn by a generator that gives the same for the same seed. */

const SURNAMES = [
  ...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文',
];
const COMPOUND = ['欧阳', '上官', '司马', '诸葛', '夏侯', '东方', '皇甫', '尉迟'];
const GIVEN = [
  ...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂兰玉萍红鑫琳雪梅建华国辉志鹏宇航晨曦雨欣梓涵浩然思远佳怡文博俊凯婷婉清若云子墨嘉懿诗瑶海燕春晓立新永康慧颖',
];
/** Of other peoples of China, and of abroad. */
export const RARE_NAMES = [
  '阿依古丽·买买提',
  '迪丽努尔·艾合买提',
  'Anna Kowalska',
  '古丽米热·阿不都热依木',
  '扎西次仁',
  '巴特尔·额尔敦',
  '娜仁托娅',
  '库尔班江·赛买提',
  '卓玛央金',
  '蓝彩莲',
  '玛依拉·托合提',
  '热依扎·哈力克',
  '诺布顿珠',
  '吾买尔江·吐尔逊',
];

export function chineseName(random: Random): string {
  // Two surnames in five are among the first ten: names repeat, as they do.
  const common = random.below(5) < 2 ? SURNAMES.slice(0, 10) : SURNAMES;
  const surname = random.below(25) === 0 ? random.pick(COMPOUND) : random.pick(common);
  const given = random.pick(GIVEN);
  return surname + given + (random.below(6) === 0 ? '' : random.pick(GIVEN));
}

export type Random = { below: (limit: number) => number; pick: <T>(list: readonly T[]) => T };

/** mulberry32: 32 bits of state, good enough to look varied. Never for keys. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const below = (limit: number) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
  const pick = <T>(list: readonly T[]): T => {
    const chosen = list[below(list.length)];
    if (chosen === undefined) throw new RangeError('nothing to pick from');
    return chosen;
  };
  return { below, pick };
}
