"""Common parts of German compounds: a small directory splits them as well as a large one."""

PARTS = """
abfall abwasser akademie amt anlagen anstalt antrieb anwendung arbeit arbeits archiv
arznei ausbildung auto automobil bahn bank batterie bau berater beratung berg bergbau beruf
berufs betrieb betriebs bibliothek bild bilder bildung bildungs bio blech boden brand brennstoff
brücken bund bundes bürger chemie computer cyber dach daten denkmal diabetes dienst dienste
dienstleistung digital druck einkauf eisen eisenbahn elektro energie entwicklung ernährung erz
fabrik fach fahr fahrzeug familien farben feuer feuerwehr film finanz fisch fleisch flug
flughafen forschung forschungs forst foto frauen freizeit funk garten gas gebäude gefahren
gemeinde gemeinschaft geräte gericht geschichte gesellschaft gesellschafts gesundheit
gesundheits getränke gewerbe gewässer glas grund gruppe hafen handel handels handwerk handwerks
haus haushalt heim heizung herz hilfe hoch hochschule hochwasser hof holz hotel hütten
immobilien industrie informatik information informations ingenieur innen institut jugend kammer
kanal katastrophen kinder kirche kirchen klima klinik klinikum kohle kohlen kolleg kommunal
konstruktion kraft kraftwerk kranken krankenhaus krebs kredit kreis kreislauf kultur kunde
kunden kunst kunststoff labor lager land landes landschaft landwirtschaft laser leben lebens
lebensmittel lehr leistung leitung logistik luft luftfahrt malerei markt maschinen maschinenbau
material mathematik mechanik medien medizin meer meeres mensch messe messtechnik metall mikro
milch mittelstand möbel mobilität montage motoren museum musik nachhaltigkeit natur naturschutz
netz netze netzwerk nutzung oberflächen ofen öko ökologie park patienten personal pflanzen
pflege physik planung polizei post praxis presse produkt produktion produktions projekt prozess
prüfung qualität raum rechen rechnen recht rechts recycling region regional reise rettung
rettungs roboter robotik rohstoff sanitär schäden schiff schifffahrt schmiede schule schulen
schutz schweiß see seniore senioren sensor sicherheit sicherheits siedlung software solar sozial
spar sparkasse speicher spiel sport sprach sprache staat staats stadt städte stahl start stelle
steuer steuerung stiftung stoff straßen strahlen strom studien system systeme systemtechnik tag
technik technologie teil telefon text textil theater therapie tier tiefbau tisch tourismus
transport trocknung umwelt unfall unternehmen unternehmens verband verbands verbund verein
verfahren verfassungs verkehr verkehrs verlag vermessung verpackung versicherung versorgung
verwaltung verwaltungs volks vorsorge wald wärme wartung wasser weg weiterbildung welt werbung
werk werke werkstatt werkstoff werkzeug wesen wetter wind windkraft wirtschaft wirtschafts
wissen wissenschaft wissenschafts wohnung wohnungs zahlung zeitung zell zellen zentrum zucker
zukunft zukunfts
"""
