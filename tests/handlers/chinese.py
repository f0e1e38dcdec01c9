"""What is wrong with a Chinese sentence that can be seen without understanding it."""

import re
from typing import Final

HAN = r"[\u3400-\u9fff\uf900-\ufaff]"
FULL_WIDTH = "，。！？：；、「」『』“”‘’（）《》"

# A simplified character and the traditional one, each of them wrong in the other's text. Those that both know in some
# meaning (后, 里, 只, 面, 干, 台, 几, 划, 云, 于) are not here.
PAIRS: Final = """
们們 个個 这這 说說 话話 时時 间間 问問 题題 为為 么麼 对對 发發 会會 学學 习習 还還 没沒 过過 来來 从從 应應 该該
让讓 给給 谁誰 读讀 写寫 讲講 语語 词詞 请請 谢謝 认認 识識 记記 计計 设設 论論 评評 试試 调調 误誤 课課 谈談 议議
许許 访訪 证證 资資 讯訊 输輸 费費 赞讚 赏賞 赛賽 贴貼 购購 员員 贡貢 赢贏 钱錢 银銀 错錯 钟鐘 链鏈 锁鎖 铃鈴 键鍵
开開 关關 门門 闭閉 闻聞 阅閱 闲閒 队隊 阶階 际際 难難 双雙 变變 号號 图圖 团團 国國 园園 场場 块塊 处處 备備 头頭
实實 审審 宝寶 将將 尽盡 层層 岁歲 币幣 师師 带帶 帮幫 库庫 张張 强強 当當 录錄 忆憶 态態 总總 恼惱 惊驚 愿願 户戶
扫掃 护護 报報 拥擁 择擇 换換 据據 挂掛 损損 摇搖 数數 断斷 无無 旧舊 显顯 暂暫 术術 机機 权權 条條 构構 标標 样樣
档檔 检檢 楼樓 欢歡 残殘 毕畢 气氣 汉漢 浏瀏 测測 济濟 满滿 滚滾 灵靈 点點 烦煩 热熱 爱愛 状狀 独獨 现現 环環 电電
画畫 监監 盖蓋 盘盤 码碼 确確 础礎 离離 种種 积積 称稱 稳穩 竞競 笔筆 签簽 类類 级級 纪紀 线線 组組 细細 终終 经經
结結 绝絕 统統 继繼 续續 维維 绿綠 网網 罚罰 联聯 聪聰 职職 胜勝 脑腦 脸臉 节節 荐薦 药藥 获獲 营營 虽雖 虑慮 补補
装裝 见見 观觀 规規 视視 觉覺 览覽 触觸 誉譽 负負 责責 质質 赚賺 车車 转轉 轮輪 软軟 轻輕 较較 边邊 达達 运運 进進
远遠 连連 迟遲 选選 递遞 邮郵 释釋 单單 卖賣 买買 区區 华華 协協 压壓 历歷 参參 体體 价價 众眾 优優 传傳 伤傷 伪偽
储儲 兑兌 兴興 养養 内內 册冊 决決 况況 冻凍 净淨 减減 则則 刚剛 创創 删刪 别別 剧劇 办辦 务務 动動 励勵 劳勞
势勢 勋勳 奖獎 奋奮 妈媽 娱娛 宾賓 寻尋 导導 尝嘗 属屬 广廣 庆慶 弃棄 归歸 忧憂 怀懷 惯慣 戏戲 战戰 扩擴 执執 挥揮
抢搶 拦攔 挤擠 晓曉 杂雜 极極 桥橋 梦夢 浅淺 润潤 湾灣 滥濫 灭滅 灯燈 献獻 产產 畅暢 碍礙 穷窮 简簡 紧緊 红紅 约約
纯純 练練 绍紹 绘繪 络絡 绩績 绪緒 缘緣 编編 缩縮 艺藝 荣榮 蓝藍 虚虛 订訂 训訓 讨討 诉訴 译譯 诚誠 询詢 详詳 谊誼
谓謂 谨謹 贝貝 财財 败敗 货貨 贵貴 贺賀 赔賠 趋趨 跃躍 辑輯 辩辯 辞辭 适適 遗遺 钥鑰 钮鈕 销銷 镇鎮 镜鏡 长長
闪閃 闹鬧 险險 随隨 隐隱 静靜 页頁 顶頂 项項 顺順 须須 顾顧 预預 频頻 颗顆 额額 风風 饭飯 馆館 马馬 驻駐 骂罵 验驗
骗騙 鱼魚 黄黃 齐齊 龙龍 两兩 严嚴 临臨 举舉 义義 乐樂 书書 亏虧 争爭 亲親 仅僅 仪儀 却卻 厌厭 县縣 吗嗎 听聽 启啟
响響 唤喚 围圍 坏壞 坛壇 夺奪 异異 弯彎 丰豐 迹跡 绑綁 账賬 届屆 惩懲 拟擬 馈饋 绕繞 诞誕 诺諾 涨漲 滞滯 骤驟 鉴鑑
锦錦 陆陸 阵陣 陈陳 韩韓 饮飲 鸟鳥 麦麥 够夠 啰囉
"""
SIMPLIFIED = frozenset(pair[0] for pair in PAIRS.split())
TRADITIONAL = frozenset(pair[1] for pair in PAIRS.split()) | set("週裡後隻準於")

# The other side's words, and those that no host says.
NOBODYS_WORDS = ("您", "已成功", "成功完成", "沉默用戶", "沉默用户", "敬請", "敬请")
WRONG_WORDS: Final = {
    language: tuple(words.split())
    for language, words in {
        "zh-Hant": "消息 信息 鏈接 視頻 賬號 賬戶 點贊 點讚 私聊 用戶 默認 屏幕 軟件 網絡 "
        "本周 這周 每周 上周 下周 群裡 回復 反饋 激活",
        "zh-Hans": "讯息 群组 连结 影片 帐号 帐户 按赞 私讯 资讯 萤幕 软体 贴文 回覆 透过",
    }.items()
}
WRONG_CHARACTERS: Final = {"zh-Hant": SIMPLIFIED | set("“”‘’"), "zh-Hans": TRADITIONAL | set("「」『』")}

_RULES: Final = {
    "half-width punctuation beside a Chinese character": rf"{HAN}[,.!?:;()\"']|[(),.!?:;\"']{HAN}",
    "half-width punctuation beside full-width": rf"[{FULL_WIDTH}][,.!?:;()]|[,.!?:;()][{FULL_WIDTH}]",
    "no space between Chinese and Latin or digits": rf"{HAN}[A-Za-z0-9]|[A-Za-z0-9]{HAN}",
    "a space beside full-width punctuation": rf"[{FULL_WIDTH}] | [{FULL_WIDTH}]",
    "two spaces, or a full-width one": r"  |\u3000",
    "full-width letters or digits": r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]",
    "three dots for an ellipsis": r"\.\.\.",
}


def faults(text: str, *, language: str) -> list[str]:
    """What is wrong with `text`, HTML or not; what a `{place}` will hold is not known and is not judged."""
    bare = re.sub(r"<[^>]*>", "", text)
    judged = re.sub(r"\{[^}]*\}", "\ufffc", bare)
    wrong = [f"{name}: {found[0]}" for name, rule in _RULES.items() if (found := re.search(rule, judged))]
    wrong += [f"not a word of ours: {word}" for word in (*NOBODYS_WORDS, *WRONG_WORDS[language]) if word in judged]
    strange = sorted(set(judged) & WRONG_CHARACTERS[language])
    return wrong + [f"the other script's: {c}" for c in strange]
