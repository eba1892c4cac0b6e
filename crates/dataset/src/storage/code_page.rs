//! Code pages of file names in archives: a zip made by Windows or by an old tool says nothing about its names' encoding.
//!
//! One archive comes from one machine, so the code page is judged over all of its names together, by the characters
//! that it would make of them: common ones in words speak for a page, rare ones and signs amid letters against it.

use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, IBM866, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};

/// The upper half of code page 437, the one of the first PCs and of the zip format.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
/// The upper half of code page 850, of consoles in western Europe.
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
    └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// Simplified characters in common use, and those of words for images.
const SIMPLIFIED: &str = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用\
    道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长\
    把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西\
    斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变\
    四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非\
    则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候\
    带导争运圆角图片照红黄蓝绿黑灰紫橙粉集测试训练验证鞋靴包男左右脸花猫狗鸟车船件夹副夏冬春秋服装衣裤裙帽例标签颜状六七\
    八九零百千";
/// Traditional characters, likewise.
const TRADITIONAL: &str = "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用\
    道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意無力它與長\
    把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西\
    斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變\
    四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金指許統區保至隊形社便空決治展馬科司五基眼書非則\
    聽白卻界達光放強即像難且權思王象完設式色路記南品住告類求據程北邊死張該交規萬取拉格望覺術領共確傳師觀清今切院讓識候帶\
    導爭運圓角圖片照紅黃藍綠黑灰紫橙粉集測試訓練驗證鞋靴包男左右臉花貓狗鳥車船料夾副夏冬春秋服裝衣褲裙帽例標籤顏狀六七八\
    九零百千";
/// Hangul syllables in common use.
const HANGUL: &str = "이다는에의가을로하고지은도기서사를리어나인아한자해스대시있그라정수부보일제여전들만상비주게원장구조면우안계오\
    과무선마신공물경유방미간분성소문관년동세적니드모학치화위트까내연저국실생할중차양진재명습요던됐았었했때말민행더용래속회것\
    형각려단결등직출터불업당입최감준심배바교발현타건포표산남북야호복금식번르레료파피운음반목외질강후추체점름본평역처두거활편\
    품통력권급능근태카크노네느프러란색빨초검흰갈삼별림폴새람얼굴강발츠랑큰작은앞뒤옆";

/// An encoding of names that is not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CodePage {
    Gb18030,
    ShiftJis,
    EucKr,
    Big5,
    Cp437,
    Cp850,
    Cp866,
    Windows1252,
    Windows1251,
}

/// All of them; of two that fit equally well the first is taken.
const PAGES: [CodePage; 9] = [
    CodePage::Gb18030,
    CodePage::ShiftJis,
    CodePage::EucKr,
    CodePage::Big5,
    CodePage::Cp437,
    CodePage::Cp850,
    CodePage::Cp866,
    CodePage::Windows1252,
    CodePage::Windows1251,
];

/// Names on which the code page is judged; more tell nothing new.
const JUDGED: usize = 2000;

impl CodePage {
    /// The name for people.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Gb18030 => "GBK",
            Self::ShiftJis => "Shift-JIS",
            Self::EucKr => "EUC-KR",
            Self::Big5 => "Big5",
            Self::Cp437 => "code page 437",
            Self::Cp850 => "code page 850",
            Self::Cp866 => "code page 866",
            Self::Windows1252 => "Windows-1252",
            Self::Windows1251 => "Windows-1251",
        }
    }

    /// Returns true if a character may take two bytes.
    pub(super) fn is_double_byte(self) -> bool {
        matches!(
            self,
            Self::Gb18030 | Self::ShiftJis | Self::EucKr | Self::Big5
        )
    }

    /// The text, or `None` where the bytes are none in this encoding.
    pub(super) fn decode(self, raw: &[u8]) -> Option<String> {
        let table = |upper: &str| -> String {
            let upper: Vec<char> = upper.chars().collect();
            raw.iter()
                .map(|&byte| match byte.checked_sub(0x80) {
                    Some(high) => upper[usize::from(high)],
                    None => char::from(byte),
                })
                .collect()
        };
        let standard = |encoding: &'static Encoding| {
            encoding
                .decode_without_bom_handling_and_without_replacement(raw)
                .map(std::borrow::Cow::into_owned)
        };
        match self {
            Self::Gb18030 => standard(GB18030),
            Self::ShiftJis => standard(SHIFT_JIS),
            Self::EucKr => standard(EUC_KR),
            Self::Big5 => standard(BIG5),
            Self::Cp437 => Some(table(CP437)),
            Self::Cp850 => Some(table(CP850)),
            Self::Cp866 => standard(IBM866),
            Self::Windows1252 => standard(WINDOWS_1252),
            Self::Windows1251 => standard(WINDOWS_1251),
        }
    }

    /// The code page that fits the names best; 437, the zip format's own, where none does.
    pub(super) fn of<'a>(names: impl Iterator<Item = &'a [u8]>) -> Self {
        // Names of a gallery are alike (a word and a number): what is judged are the different words in them.
        let mut words: Vec<Vec<u8>> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for name in names {
            for word in name.split(|byte| matches!(byte, b'/' | b'.' | b' ' | b'-' | b'0'..=b'9')) {
                if words.len() < JUDGED && !word.is_ascii() && seen.insert(word.to_vec()) {
                    words.push(word.to_vec());
                }
            }
        }
        let score = |page: Self| words.iter().map(|word| page.score(word)).sum::<i32>();
        let mut best = (0, Self::Cp437);
        for page in PAGES {
            let score = score(page);
            if score > best.0 {
                best = (score, page);
            }
        }
        best.1
    }

    /// The points of a word: how well it reads in this encoding.
    fn score(self, word: &[u8]) -> i32 {
        let Some(text) = self.decode(word) else {
            return -6;
        };
        match self {
            Self::Gb18030 => self.pairs(word) + common(&text, SIMPLIFIED),
            Self::EucKr => self.pairs(word) + common(&text, HANGUL),
            Self::Big5 => self.pairs(word) + common(&text, TRADITIONAL),
            Self::ShiftJis => self.pairs(word),
            _ => letters(&text),
        }
    }

    /// Points by the rows of the characters in the encoding: the first rows hold the common ones.
    fn pairs(self, word: &[u8]) -> i32 {
        let (mut points, mut at) = (0, 0);
        let letter = |at: usize| word.get(at).is_some_and(u8::is_ascii_alphabetic);
        while let Some(&lead) = word.get(at) {
            if lead < 0x80 {
                at += 1;
                continue;
            }
            if self == Self::ShiftJis && (0xA1..=0xDF).contains(&lead) {
                // Katakana of half width.
                points -= 1;
                at += 1;
                continue;
            }
            let Some(&trail) = word.get(at + 1) else {
                return points - 10;
            };
            points += self.pair(lead, trail);
            if at > 0 && letter(at - 1) && letter(at + 2) {
                points -= 2;
            }
            at += 2;
        }
        points
    }

    fn pair(self, lead: u8, trail: u8) -> i32 {
        let row = u16::from_be_bytes([lead, trail]);
        match self {
            Self::Gb18030 | Self::EucKr if trail < 0xA1 => -4,
            Self::Gb18030 => match lead {
                0xB0..=0xD7 => 2,
                0xA1..=0xA3 => 0,
                0xA4..=0xA5 | 0xD8..=0xF7 => -1,
                _ => -4,
            },
            Self::EucKr => match lead {
                0xB0..=0xC8 => 2,
                0xA1..=0xA3 => 0,
                _ => -3,
            },
            Self::Big5 => match row {
                0xA440..=0xC67E => 2,
                0xC940..=0xF9D5 => -1,
                0xA140..=0xA3FF => 0,
                _ => -4,
            },
            Self::ShiftJis => match row {
                0x829F..=0x82F1 | 0x8340..=0x8396 => 3,
                0x815B | 0x889F..=0x9872 => 2,
                0x8140..=0x829A => 0,
                0x989F..=0xEAA4 => -2,
                _ => -4,
            },
            _ => 0,
        }
    }
}

/// Two points for each character in common use.
fn common(text: &str, used: &str) -> i32 {
    let high = text.chars().filter(|c| !c.is_ascii());
    high.map(|c| if used.contains(c) { 2 } else { 0 }).sum()
}

/// Points of a word in an alphabet: letters beside letters, capitals only where they can be.
fn letters(text: &str) -> i32 {
    let chars: Vec<char> = text.chars().collect();
    let mut points = 0;
    for (at, &c) in chars.iter().enumerate().filter(|(_, c)| !c.is_ascii()) {
        let before = at.checked_sub(1).map(|at| chars[at]);
        let after = chars.get(at + 1).copied();
        let beside = |which: fn(char) -> bool| [before, after].into_iter().flatten().any(which);
        points += match c {
            '\u{80}'..='\u{9F}' => -5,
            '\u{2500}'..='\u{259F}' => -3,
            _ if is_cyrillic(c) => {
                let bent = c.is_uppercase() && before.is_some_and(char::is_lowercase);
                if bent || beside(|c| c.is_ascii_alphabetic()) {
                    -3
                } else {
                    i32::from(beside(is_cyrillic))
                }
            }
            _ if is_latin(c) => {
                let bent = |first: Option<char>, then: Option<char>| {
                    first.is_some_and(char::is_lowercase) && then.is_some_and(char::is_uppercase)
                };
                if bent(before, Some(c)) || bent(Some(c), after) {
                    -2
                } else if beside(|c| c.is_ascii_alphabetic()) {
                    3
                } else {
                    -1
                }
            }
            _ if c.is_alphabetic() => -2,
            _ => -1,
        };
    }
    points
}

fn is_cyrillic(c: char) -> bool {
    ('\u{400}'..='\u{45F}').contains(&c)
}

fn is_latin(c: char) -> bool {
    c.is_alphabetic() && ('\u{C0}'..='\u{24F}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(page: CodePage, names: &[&str]) -> CodePage {
        let raw: Vec<Vec<u8>> = names.iter().map(|name| encode(page, name)).collect();
        let found = CodePage::of(raw.iter().map(Vec::as_slice));
        for (raw, name) in raw.iter().zip(names) {
            assert_eq!(
                found.decode(raw).as_deref(),
                Some(*name),
                "{page:?} as {found:?}"
            );
        }
        found
    }

    fn encode(page: CodePage, name: &str) -> Vec<u8> {
        let standard = match page {
            CodePage::Gb18030 => GB18030,
            CodePage::ShiftJis => SHIFT_JIS,
            CodePage::EucKr => EUC_KR,
            CodePage::Big5 => BIG5,
            CodePage::Cp866 => IBM866,
            CodePage::Windows1252 => WINDOWS_1252,
            CodePage::Windows1251 => WINDOWS_1251,
            CodePage::Cp437 | CodePage::Cp850 => {
                let upper = if page == CodePage::Cp437 {
                    CP437
                } else {
                    CP850
                };
                let byte = |c: char| match upper.chars().position(|upper| upper == c) {
                    Some(at) => 0x80 + u8::try_from(at).expect("128 of them"),
                    None => u8::try_from(c).expect("in the page"),
                };
                return name.chars().map(byte).collect();
            }
        };
        let (bytes, _, lost) = standard.encode(name);
        assert!(!lost, "{name}");
        bytes.into_owned()
    }

    #[test]
    fn code_pages_are_recognised_by_a_few_names() {
        let lists: [(CodePage, &[&[&str]]); 8] = [
            (
                CodePage::Gb18030,
                &[
                    &["圆/一.jpg", "方/二.jpg"],
                    &["图片/红色_1.jpg", "图片/蓝色_2.jpg"],
                    &["新建文件夹/照片 (1).jpg"],
                    &["女鞋/高跟鞋.png", "男鞋/皮鞋.png"],
                    &["猫.jpg", "狗.jpg", "鸟.jpg"],
                    &["三角形/1.png", "正方形/2.png", "圆形/3.png"],
                ],
            ),
            (
                CodePage::ShiftJis,
                &[
                    &["写真/いちご.jpg"],
                    &["丸/1.jpg", "四角/2.jpg", "三角/3.jpg"],
                    &["ソース/表.jpg", "靴/ブーツ.jpg"],
                    &["新しいフォルダー/画像1.png"],
                ],
            ),
            (
                CodePage::EucKr,
                &[
                    &["사진/빨강_1.jpg", "사진/파랑_2.jpg"],
                    &["원/1.jpg", "네모/2.jpg", "세모/3.jpg"],
                    &["새 폴더/고양이.jpg", "새 폴더/강아지.jpg"],
                    &["구두.jpg", "부츠.jpg", "운동화.jpg"],
                ],
            ),
            (
                CodePage::Big5,
                &[
                    &["圓/一.jpg", "方/二.jpg"],
                    &["圖片/紅色.jpg", "圖片/藍色.jpg"],
                    &["新增資料夾/照片.jpg"],
                    &["貓.jpg", "狗.jpg", "鳥.jpg"],
                ],
            ),
            (
                CodePage::Cp437,
                &[
                    &["grün_1.jpg", "Größe.jpg"],
                    &["été/forêt.jpg", "señor.jpg"],
                ],
            ),
            (
                CodePage::Cp850,
                &[
                    &["grün/1.jpg", "SÃO.jpg", "rød.jpg"],
                    &["São Paulo/maçã.jpg"],
                    &["smørrebrød.jpg"],
                ],
            ),
            (
                CodePage::Cp866,
                &[
                    &["Круг/1.jpg", "Квадрат/2.jpg"],
                    &["Новая папка/фото.jpg"],
                    &["ОБУВЬ/туфли.jpg"],
                ],
            ),
            (
                CodePage::Windows1252,
                &[&["grün_1.jpg", "Größe.jpg"], &["São Paulo/maçã.jpg"]],
            ),
        ];
        for (page, lists) in lists {
            for names in lists {
                let found = judged(page, names);
                let alike = page == CodePage::Cp850 && found == CodePage::Cp437;
                assert!(found == page || alike, "{names:?}: {found:?}");
            }
        }
        judged(CodePage::Windows1251, &["Круг/1.jpg", "Квадрат/2.jpg"]);
        judged(CodePage::Windows1251, &["Новая папка/фото.jpg"]);
    }

    #[test]
    fn bytes_without_meaning_stay_distinct() {
        let names: Vec<Vec<u8>> = (0x80..=0xFF).map(|byte| vec![byte]).collect();
        let page = CodePage::of(names.iter().map(Vec::as_slice));
        assert_eq!(page, CodePage::Cp437);
        let mut decoded: Vec<_> = names.iter().map(|name| page.decode(name)).collect();
        decoded.sort();
        decoded.dedup();
        assert_eq!(decoded.len(), 128);
    }
}
